//! Creates through the API the objects that tests need.

use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};

/// A short article of our own with difficult text: quotation marks, diacritics, a name with two
/// spellings, an emoji, a repeat.
pub const TITLE: &str = "Harbour strike ends after nine days";
pub const BODY: &str = "\
Dockers in Port-Réal went back to work on Monday. The union says that \"every demand was met\".
The port authority, led by Zoë Ardant, puts the loss at 12 million francs a day.
A crane stands idle (photo: Port-Réal)
What was agreed
The union says that \"every demand was met\". Wages rise by 4 per cent 👩‍👩‍👧 for families, said Zoe Ardant.
";

/// Creates objects. See the methods.
pub struct Fixtures<'a>(&'a TestApp);

impl TestApp {
    /// The creator of objects for a test.
    pub const fn fixtures(&self) -> Fixtures<'_> {
        Fixtures(self)
    }
}

impl Fixtures<'_> {
    /// An invitation by this admin (admin or rival) to their newsroom. Returns its id and its
    /// token.
    pub async fn an_invitation(&self, by: &str, email: &str, role: &str) -> (String, String) {
        let newsroom =
            if by == "rival" { self.0.seed.rival_newsroom.to_string() } else { self.0.newsroom() };
        let input = json!({ "newsroom": newsroom, "email": email, "role": role });
        let reply =
            self.0.as_(by).call("inviteMember", input, "invitation { id } acceptToken").await.ok();
        (reply.text("/inviteMember/invitation/id"), reply.text("/inviteMember/acceptToken"))
    }

    /// A new account `NAME@example.org`, invited by this admin with this role. Returns a client and
    /// the account's id.
    pub async fn a_member(&self, by: &str, name: &str, role: &str) -> (Client, String) {
        let (_, token) = self.an_invitation(by, &format!("{name}@example.org"), role).await;
        let input = json!({ "acceptToken": token, "displayName": name, "password": PASSWORD });
        let reply =
            self.0.as_stranger().call("acceptInvitation", input, "token account { id }").await.ok();
        (
            self.0.with_token(Some(reply.text("/acceptInvitation/token"))),
            reply.text("/acceptInvitation/account/id"),
        )
    }

    /// An article of the newsroom `desk`. Returns its id.
    pub async fn an_article(&self) -> String {
        self.an_article_of(TITLE, BODY).await
    }

    /// An article with this text. Returns its id.
    pub async fn an_article_of(&self, title: &str, body: &str) -> String {
        let input = json!({ "newsroom": self.0.newsroom(), "title": title, "body": body });
        self.0
            .as_editor()
            .call("importArticle", input, "article { id }")
            .await
            .ok()
            .text("/importArticle/article/id")
    }

    /// A claim on a new article, marked by the reviewer. Returns its id.
    pub async fn a_claim(&self) -> String {
        let article = self.an_article().await;
        self.a_claim_on(&article, "The loss is 12 million francs a day.", "12 million francs a day")
            .await
    }

    /// A claim on words of this article, marked by the reviewer. Returns its id.
    pub async fn a_claim_on(&self, article: &str, statement: &str, exact: &str) -> String {
        let input = json!({ "article": article, "statement": statement, "claimant": "Port authority", "ranges": [{ "exact": exact }] });
        self.0
            .as_reviewer()
            .call("markClaim", input, "claim { id }")
            .await
            .ok()
            .text("/markClaim/claim/id")
    }

    /// A revision of an article's body.
    pub async fn a_revision_of(&self, article: &str, body: &str) -> Reply {
        let input = json!({ "article": article, "body": body });
        self.0
            .as_editor()
            .call(
                "reviseArticle",
                input,
                "article { id version } anchors { status claim { id stale } }",
            )
            .await
            .ok()
    }

    /// A revision that negates the sentence of [`Self::a_claim`]. The claim's words stay.
    pub async fn a_change_under(&self, claim: &str) {
        let found = self
            .0
            .as_reader()
            .send(
                "query($id: ID!) { node(id: $id) { ... on Claim { article { id } } } }",
                json!({ "id": claim }),
            )
            .await;
        let body = BODY.replace(
            "The port authority, led by",
            "It is not true that the port authority, led by",
        );
        self.a_revision_of(&found.text("/node/article/id"), &body).await;
    }

    /// A verdict by this account on this claim, with one citation. Returns its id.
    pub async fn a_verdict(&self, by: &str, claim: &str, rating: &str) -> String {
        let input = verdict_on(claim, rating);
        self.0
            .as_(by)
            .call("submitVerdict", input, "verdict { id }")
            .await
            .ok()
            .text("/submitVerdict/verdict/id")
    }

    /// A READY claim that two reviewers (reviewer, second) have judged as TRUE and FALSE. Returns
    /// its id.
    pub async fn a_ready_claim(&self) -> String {
        let claim = self.a_claim().await;
        self.a_verdict("reviewer", &claim, "TRUE").await;
        self.a_verdict("second", &claim, "FALSE").await;
        claim
    }

    /// The editor's ruling on this READY claim. Returns its id.
    pub async fn a_ruling(&self, claim: &str, rating: &str) -> String {
        self.0
            .as_editor()
            .call("publishRuling", ruling_on(claim, rating), "ruling { id }")
            .await
            .ok()
            .text("/publishRuling/ruling/id")
    }

    /// A claim with verdicts TRUE and FALSE by reviewer and second, and the ruling FALSE. Returns
    /// both ids.
    pub async fn a_published_claim(&self) -> (String, String) {
        let claim = self.a_ready_claim().await;
        let ruling = self.a_ruling(&claim, "FALSE").await;
        (claim, ruling)
    }

    /// Changes these settings of the policy of `desk`.
    pub async fn a_policy(&self, policy: Value) {
        let mut input = json!({ "newsroom": self.0.newsroom() });
        input
            .as_object_mut()
            .expect("an object")
            .extend(policy.as_object().expect("an object").clone());
        self.0.as_admin().call("setPolicy", input, "newsroom { id }").await.ok();
    }

    /// A draft by this account on this claim. Returns its id.
    pub async fn a_draft(&self, by: &str, claim: &str) -> String {
        let input = json!({ "claim": claim, "rating": "MIXED", "rationale": format!("{by} is not sure yet.") });
        self.0
            .as_(by)
            .call("saveVerdictDraft", input, "verdict { id }")
            .await
            .ok()
            .text("/saveVerdictDraft/verdict/id")
    }

    /// A comment by this account on this claim. Returns its id.
    pub async fn a_comment(&self, by: &str, claim: &str) -> String {
        let input = json!({ "claim": claim, "text": "Which ledger is that?" });
        self.0
            .as_(by)
            .call("addComment", input, "comment { id }")
            .await
            .ok()
            .text("/addComment/comment/id")
    }

    /// A new scale for `desk` with these ratings. Returns its id.
    pub async fn a_scale(&self, keys: &[&str]) -> String {
        let input =
            json!({ "newsroom": self.0.newsroom(), "name": "Another", "ratings": ratings(keys) });
        self.0
            .as_admin()
            .call("replaceRatingScale", input, "ratingScale { id }")
            .await
            .ok()
            .text("/replaceRatingScale/ratingScale/id")
    }
}

/// Ratings for `replaceRatingScale`, ranked from the last key to the first.
pub fn ratings(keys: &[&str]) -> Value {
    let rating = |(rank, key): (usize, &&str)| json!({ "key": key, "label": key.to_lowercase(), "rank": rank, "colour": "#1a7f37" });
    json!(keys.iter().rev().enumerate().map(rating).rev().collect::<Vec<_>>())
}

/// The input of `publishRuling`.
pub fn ruling_on(claim: &str, rating: &str) -> Value {
    json!({ "claim": claim, "rating": rating, "summary": "The ledger gives another figure." })
}

/// The input of `submitVerdict`, with one citation.
pub fn verdict_on(claim: &str, rating: &str) -> Value {
    json!({
        "claim": claim,
        "rating": rating,
        "rationale": "The port's ledger says so.",
        "citations": [{ "url": "https://ledger.example.org/2024", "title": "Ledger", "stance": "SUPPORTS", "quote": "12,014,000" }],
    })
}
