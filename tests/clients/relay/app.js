// A small Relay application: an article's page with a list of claims that loads more on demand. relay.test.mjs compiles and runs it.
const { graphql } = require('relay-runtime');

/** The page. Its list has a page size of its own. */
exports.ArticlePage = graphql`
  query appArticlePageQuery($id: ID!, $count: Int!) {
    article(id: $id) {
      id
      title
      ...appClaimList @arguments(count: $count)
    }
  }
`;

/** The fragment for usePaginationFragment. Further pages are fetched through \`node\`. */
exports.ClaimList = graphql`
  fragment appClaimList on Article
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "appClaimListPaginationQuery") {
    version
    claims(first: $count, after: $cursor, order: POSITION) @connection(key: "appClaimList_claims") {
      totalCount
      edges {
        node {
          id
          ...appClaimRow
        }
      }
    }
  }
`;

/** The fragment for useRefetchableFragment. */
exports.ClaimRow = graphql`
  fragment appClaimRow on Claim @refetchable(queryName: "appClaimRowRefetchQuery") {
    statement
    state
    anchors {
      exact
      prefix
      suffix
    }
    summary {
      verdictCount
      disputed
      verdictCounts {
        rating {
          key
          label
        }
        count
      }
    }
  }
`;

/** Any object by its id, with fragments on several types, one of which applies. */
exports.Anything = graphql`
  query appAnythingQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Article {
        title
      }
      ... on Claim {
        statement
        article {
          title
        }
      }
      ... on Account {
        displayName
      }
    }
  }
`;

/** The same, for a page that shows errors. */
exports.AnythingOrWhyNot = graphql`
  query appAnythingOrWhyNotQuery($id: ID!) {
    node(id: $id) @catch(to: RESULT) {
      id
    }
  }
`;

/** A new claim, which is appended to the list on the page. */
exports.MarkClaim = graphql`
  mutation appMarkClaimMutation($input: MarkClaimInput!, $connections: [ID!]!) {
    markClaim(input: $input) {
      claim @appendNode(connections: $connections, edgeTypeName: "ClaimEdge") {
        id
        ...appClaimRow
      }
      article {
        id
        version
      }
    }
  }
`;

/** The changes of an article. They update the named objects in the store. */
exports.Activity = graphql`
  subscription appActivitySubscription($newsroom: ID!, $article: ID, $after: Int) {
    activity(newsroom: $newsroom, article: $article, after: $after) {
      number
      at
      kind
      actor {
        id
        displayName
      }
      article {
        id
        version
      }
      claim {
        id
        state
        version
      }
      verdict {
        id
      }
    }
  }
`;
