import type { CombinedError } from '@urql/core';

/** Why a request failed, in the server's words where it gave any. */
export class ApiError extends Error {
  /** Whether the page sends the same request again by itself. */
  again = false;

  constructor(
    message: string,
    /** The server's code, or OFFLINE where no answer came. */
    readonly code: string,
    readonly field?: string,
    readonly reason?: string,
    readonly currentVersion?: number,
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.code === 'OFFLINE';
  }

  /** Whether the same request may succeed later, as it is. One that took too long would only take as long again. */
  get passes(): boolean {
    return this.offline || this.code === 'SERVER_BUSY' || this.code === 'RATE_LIMITED';
  }

  triedAgain(): this {
    this.again = true;
    return this;
  }
}

export function toApiError(error: CombinedError): ApiError {
  const first = error.graphQLErrors[0];
  if (first) {
    const extensions = first.extensions as Record<string, unknown>;
    return new ApiError(
      first.message,
      text(extensions.code) ?? 'UNKNOWN',
      text(extensions.field),
      text(extensions.reason),
      number(extensions.currentVersion),
      number(extensions.retryAfter),
    );
  }
  return new ApiError(error.networkError?.message ?? error.message, 'OFFLINE');
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
