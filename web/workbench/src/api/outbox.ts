// Verdicts that could not be sent yet. Each keeps the idempotency key that it was first sent with, so the server carries it out once.
import { SubmitVerdictDocument, type SubmitVerdictInput } from '../gql/graphql';
import { createStore, memory } from '../ui/store';
import { reachable, run, touch } from './client';
import { ApiError } from './errors';
import { toSource } from './source';

export interface Waiting {
  key: string;
  input: SubmitVerdictInput;
  statement: string;
  since: string;
}

/** What waits, of the person who is signed in. */
export const outbox = createStore<Waiting[]>([]);
let owner = '';

export function openOutbox(account: string) {
  owner = account;
  outbox.set(memory.read<Waiting[]>(`outbox.${account}`) ?? []);
  void flush();
}

function keep(items: Waiting[]) {
  outbox.set(items);
  memory.write(`outbox.${owner}`, items.length > 0 ? items : undefined);
}

/** Called with each verdict that the server refused after it had waited. */
export const refusals = new Set<(item: Waiting, error: ApiError) => void>();
/** Called with each verdict that was sent after it had waited. */
export const deliveries = new Set<(item: Waiting) => void>();

export function queue(item: Waiting) {
  keep([...outbox.get().filter((other) => other.input.claim !== item.input.claim), item]);
}

/** A verdict that is not sent is a draft again, so that nothing of it is lost. */
function makeDraft({ input }: Waiting) {
  const citations = Array.isArray(input.citations) ? input.citations : input.citations ? [input.citations] : [];
  const sources = citations.map(toSource);
  memory.write(`draft.${owner}.${input.claim}`, { content: { rating: input.rating, rationale: input.rationale, sources }, base: 0, saved: false });
}

export function takeBack(claim: string) {
  for (const item of outbox.get()) if (item.input.claim === claim) makeDraft(item);
  keep(outbox.get().filter((item) => item.input.claim !== claim));
}

let flushing = false;
export async function flush() {
  if (flushing) return;
  flushing = true;
  try {
    for (let item = outbox.get()[0]; item; item = outbox.get()[0]) {
      const { key, input } = item;
      try {
        await run(SubmitVerdictDocument, { input }, { key });
        for (const tell of deliveries) tell(item);
        touch();
      } catch (error) {
        if (!(error instanceof ApiError) || error.offline || error.code === 'UNAUTHENTICATED' || error.code === 'RATE_LIMITED') return;
        makeDraft(item);
        for (const tell of refusals) tell(item, error);
      }
      keep(outbox.get().filter((other) => other.key !== key));
    }
  } finally {
    flushing = false;
  }
}

reachable.subscribe(() => {
  if (reachable.get()) void flush();
});
if (typeof window !== 'undefined') window.addEventListener('online', () => void flush());
setInterval(() => {
  if (outbox.get().length > 0) void flush();
}, 5000);
