// What schema.graphql is held to: the recommended rules of GraphQL-ESLint, and Relay's. Whatever is left out of them says why.
import graphql from '@graphql-eslint/eslint-plugin';

/** What some rules find and should not, though they know no exceptions: the rule, its message, and the line that it is about. */
const exceptions = [
  // It compares letters: a claimant is not the `ant` of a claim.
  ['no-typename-prefix', /"(claimant|claimedOn)"/, /^/],
  // What is found is read from the best on; nobody asks for the worst.
  ['relay-arguments', /^Field `search` must contain an argument `(last|before)`/, /^/],
  // An event is asked for by its number in its log, which a page of the log gives: no id leads to it.
  ['relay-edge-types', /must implement `Node` interface/, /^type AuditEventEdge /],
];
let lines = [];

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
          // Parts of what has an id: a policy of its newsroom, an assignment of its claim, a correction and the words on record of
          // their ruling; an event is told from others by its number; ranges of a text, what differs in them and what is offered there
          // are told apart by their offsets.
          types: [
            'ActivityEvent', 'Agreement', 'AnchorProposal', 'Assignment', 'AuditEvent', 'CitedSource', 'Difference', 'MissingPoint', 'Policy',
            'Readiness', 'RulingArticle', 'RulingCorrection', 'RulingQuote', 'RulingSubject', 'SimilarClaim', 'SimilarClaims', 'Snippet',
            'SnippetMatch', 'TextRange',
          ],
        },
      }],

      // Relay asks for edges where a list is paged, and so do we (see relay-connection-types). Lists that are bounded by what they
      // belong to, such as a verdict's citations, are lists; and a connection gives its `nodes` without their edges, too.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
    processor: {
      preprocess: text => {
        lines = text.split('\n');
        return [text];
      },
      postprocess: ([messages]) => messages.filter(({ ruleId, message, line }) => !exceptions.some(
        ([rule, found, where]) => ruleId === `@graphql-eslint/${rule}` && found.test(message) && where.test(lines[line - 1]),
      )),
    },
  },
];
