// The newsroom that given.mjs has made, for the tests: from the file that CLAIMSPAN_DESK names.
import { readFileSync } from 'node:fs';
import { Desk } from './newsroom.mjs';

if (process.env.CLAIMSPAN_DESK === undefined) {
  throw new Error('CLAIMSPAN_DESK has to name what given.mjs printed; scripts/test --web sees to it');
}
export const desk = new Desk(JSON.parse(readFileSync(process.env.CLAIMSPAN_DESK, 'utf8')));
