// A client of Claimspan in a few lines. graphql-codegen gives each document the types of its variables and its result.
import type { TypedDocumentString } from './gql/graphql.js';

interface Problem {
  message: string;
  extensions: { code: string; field?: string; reason?: string };
}

/** An error of the API, with the code that a program acts on. */
export class ApiError extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }

  get code(): string | undefined {
    return this.problems[0]?.extensions.code;
  }
}

/** Asks the server at `url`. The document itself is sent only if the server does not know its id. */
export async function ask<Result, Variables>(
  url: string,
  token: string | undefined,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const send = async (body: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ ...body, variables }),
    });
    return (await response.json()) as { data?: Result; errors?: Problem[] };
  };
  let { data, errors } = await send({ documentId: document.__meta__?.['hash'] });
  if (errors?.[0]?.extensions.code === 'PERSISTED_QUERY_NOT_FOUND') {
    ({ data, errors } = await send({ query: document.toString() }));
  }
  if (errors || !data) throw new ApiError(errors ?? []);
  return data;
}
