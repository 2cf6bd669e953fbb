// Lints schema.graphql with the recommended rules of GraphQL-ESLint, and with Relay's. Each exception gives its reason.
import graphql from '@graphql-eslint/eslint-plugin';

/** False positives of rules that accept no exceptions: the rule, its message, and the line. */
const exceptions = [
  // The rule compares letters: `claimant` does not repeat `claim`.
  ['no-typename-prefix', /"(claimant|claimantIdentifier|claimantKind|claimedOn)"/, /^/],
  // Clients read results from the best on, labels from the most used one on, and periods from the newest on, so there is no backward paging.
  ['relay-arguments', /^Field `(search|summaries|tags|claimants)` must contain an argument `(last|before)`/, /^/],
  // Clients find an event by its number in its log, a tag or a claimant by its name, and a group of a summary by what it groups, so these need no id.
  ['relay-edge-types', /must implement `Node` interface/, /^type (AuditEvent|Tag|Claimant|SummaryGroup)Edge /],
];
let lines = [];

export default [
  {
    files: ['**/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    // Some rules read the whole schema: the one in ESLint's working directory.
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,

      // Only a Node has an id, because `node` can fetch it. Parts of a page, payloads of mutations and computed figures have none.
      '@graphql-eslint/strict-id-in-types': ['error', {
        exceptions: {
          suffixes: ['Connection', 'Edge', 'PageInfo', 'Payload', 'Summary', 'Count'],
          // Parts of an object with an id: a policy of its newsroom, an assignment of its claim, a correction and the quotes of its
          // ruling. Events are identified by number. Ranges of a text, differences and proposals are identified by their offsets.
          // Proofs and signatures are documents, and a key has its own id. Tags and claimants are identified by name. Previews are stored
          // nowhere. Figures and their groups are computed. A delivery is identified by its webhook, its event and its attempt. Mails are deleted
          // after a while, and their settings are a part of the account.
          types: [
            'ActivityEvent', 'Agreement', 'AnchorProposal', 'ArticlePreview', 'Assignment', 'AuditEvent', 'CitedSource', 'Claimant', 'CommentRevision', 'Difference',
            'InclusionProof', 'Mail', 'MailSettings', 'MissingPoint', 'NewsroomProfile', 'NotReaffirmedVerdict', 'Policy', 'PreviewSpan', 'PreviewedClaim', 'Readiness', 'RevisionPreview', 'RulingAppearance', 'RulingArticle', 'RulingCorrection', 'RulingQuote',
            'RulingSignature', 'RulingSubject', 'SigningKey', 'SimilarClaim', 'SimilarClaims', 'SimilarOutsideReview', 'Snippet', 'SnippetMatch', 'SummaryGroup', 'Tag', 'TextRange',
            'TimeToRuling', 'VerdictOutcome', 'WebhookDelivery', 'Work',
          ],
        },
      }],

      // Relay requires edges for paged lists, which we have (see relay-connection-types). Lists with a natural limit, such as a
      // verdict's citations, are plain lists. Connections also offer `nodes` without edges.
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
