// The newsroom that seed.mjs created, read from the file in CLAIMSPAN_SEED.
import { readFileSync } from 'node:fs';
import { TestNewsroom } from './newsroom.mjs';

if (process.env.CLAIMSPAN_SEED === undefined) {
  throw new Error('CLAIMSPAN_SEED has to name what seed.mjs printed; scripts/test --web sees to it');
}
export const seeded = new TestNewsroom(JSON.parse(readFileSync(process.env.CLAIMSPAN_SEED, 'utf8')));
