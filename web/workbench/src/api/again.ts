// Reads that failed because of the network or a busy server are tried again until they succeed, or until nobody waits for them any more.
// Only reads: what changes something is sent again by whoever sent it, with the same idempotency key.
import { useEffect, useRef } from 'react';
import type { ApiError } from './errors';

const LONGEST = 15_000;
/** Milliseconds before another try: longer each time. */
const pause = (tries: number, error: ApiError) => Math.max((error.retryAfter ?? 0) * 1000, Math.min(1000 * 2 ** tries, LONGEST));

/** Sends a query again after each failure that passes by itself, for as long as the page asks for it. Every failure is another object. */
export function useAgain(failure: object | undefined, error: ApiError | undefined, send: () => void) {
  const tries = useRef(0);
  useEffect(() => {
    if (!error?.passes) {
      tries.current = 0;
      return;
    }
    const timer = setTimeout(send, pause(tries.current, error));
    tries.current += 1;
    return () => clearTimeout(timer);
    // `error` is made of `failure` with every drawing.
  }, [failure, send]);
}

/** For what is read past the cache: reads until that succeeds. `failed` hears of each failure; one that does not pass by itself is the last. */
export async function untilRead<R>(read: () => Promise<R>, isWanted: () => boolean, failed: (error: ApiError) => void): Promise<R | undefined> {
  for (let tries = 0; isWanted(); tries += 1) {
    try {
      const result = await read();
      return isWanted() ? result : undefined;
    } catch (caught) {
      const error = caught as ApiError;
      if (!isWanted()) return undefined;
      failed(error.passes ? error.triedAgain() : error);
      if (!error.passes) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pause(tries, error)));
    }
  }
  return undefined;
}
