// What schema.graphql is held to: the recommended rules of GraphQL-ESLint, and Relay's. Whatever is left out of them says why.
import graphql from '@graphql-eslint/eslint-plugin';

/** Words that only look as if they began with the name of their type. */
const words = ['claimant', 'claimedOn'];

export default [
  {
    files: ['**/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    // Some rules look at the schema as a whole: at the one in the folder in which ESLint is run.
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,

      // An id is for what can be asked for by it, that is for each Node. The parts of a page, the answers of mutations and figures
      // that are worked out when they are asked for have none.
      '@graphql-eslint/strict-id-in-types': ['error', {
        exceptions: {
          suffixes: ['Connection', 'Edge', 'PageInfo', 'Payload', 'Summary', 'Count'],
          // A policy is a part of its newsroom, an event is told from others there by its number, and ranges of a text, what differs in
          // them and what is offered there are told apart by their offsets.
          types: ['ActivityEvent', 'AnchorProposal', 'Difference', 'Policy', 'TextRange'],
        },
      }],

      // Relay asks for edges where a list is paged, and so do we (see relay-connection-types). Lists that are bounded by what they
      // belong to, such as a verdict's citations, are lists; and a connection gives its `nodes` without their edges, too.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
    // The rule no-typename-prefix knows no exceptions. It compares letters: a claimant is not the `ant` of a claim.
    processor: {
      preprocess: text => [text],
      postprocess: ([messages]) => messages.filter(
        ({ ruleId, message }) => !(ruleId === '@graphql-eslint/no-typename-prefix' && words.some(word => message.includes(`"${word}"`))),
      ),
    },
  },
];
