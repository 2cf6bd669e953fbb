//! A newsroom to try the product on: `sahel-desk`, an account for each role, and one article with its claims and verdicts.
//!
//! The article is our own account, written for this purpose, of events that were widely reported in August 2024; its sources are addresses on
//! example.org, which nobody can mistake for the real ones.

use std::fmt::Write;
use std::net::SocketAddr;

use async_graphql::{InputType, Name, Value, value};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sea_orm::EntityTrait;

use crate::domain::article::{self, ImportArticleInput};
use crate::domain::claim::{self, MarkClaimInput};
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::newsroom;
use crate::domain::policy::{Actor, Credential, Place, Role, World};
use crate::domain::readiness::{self, SetPolicyInput};
use crate::domain::ruling::{self, PublishRulingInput};
use crate::domain::session;
use crate::domain::store::Db;
use crate::domain::verdict::{self, SubmitVerdictInput};

/// The article, a paragraph a line.
const TITLE: &str = "Bamako breaks with Kyiv over a defeat in the desert";
const BODY: &str = "\
Mali's transitional government cut its diplomatic ties with Ukraine on 4 August 2024. It says that Kyiv had a hand in an ambush which killed Malian soldiers and Russian mercenaries of the Wagner Group near Tinzaouaten, in the last days of July.
The spokesman, Colonel Abdoulaye Maïga, read the decision out on state television.
Colonel Maïga reading the statement (photo: state television)
What Bamako says
According to the statement, Andriy Yusov, who speaks for Ukraine's military intelligence, admitted that his service had helped the rebels before the battle. His own words, in a broadcast of 29 July, were that the rebels had received \"necessary information, and not only information\".
The statement adds that the Ukrainian ambassador in Dakar, Yurii Pyvovarov, had openly backed \"international terrorism\".
Ukraine's foreign ministry rejected the charge, and said that Mali had shown no evidence.
What Dakar did
On 3 August Senegal summoned the ambassador over a video on his embassy's Facebook page. The page carried Mr Yusov's remarks, and a comment in support of the rebels; it was taken down later.
Senegal called the post an act of propaganda that its soil is not to be used for.
Background
The United Nations' mission in Mali, MINUSMA, ended its withdrawal on 31 December 2023, at the request of the government. Rebels of the Tuareg alliance say that they counted 84 dead mercenaries and 47 dead soldiers after the battle; no independent count is known.
";

/// The accounts, one a role.
const PEOPLE: [(Role, &str, &str); 5] = [
    (Role::Admin, "admin@sahel-desk.example", "Aminata Diallo"),
    (Role::Editor, "editor@sahel-desk.example", "Ousmane Ndiaye"),
    (Role::Reviewer, "reviewer@sahel-desk.example", "Mariam Keïta"),
    (Role::Reviewer, "second@sahel-desk.example", "Tomás Ferreira"),
    (Role::Reader, "reader@sahel-desk.example", "Léa Martin"),
];

/// What the demo says when it is ready.
pub struct Welcome {
    article: String,
    passwords: Option<Vec<(Role, &'static str, String)>>,
}

impl Welcome {
    /// The text, for a server at `address` on the database at `url`.
    pub fn text(&self, address: SocketAddr, url: &str) -> String {
        let mut text = format!("Claimspan's demo listens on http://{address}\n\n");
        match &self.passwords {
            Some(people) => {
                text.push_str("  Accounts of the newsroom sahel-desk. The passwords are shown this once:\n");
                for (role, email, password) in people {
                    let _ = writeln!(text, "    {:<9} {email:<28} {password}", format!("{role:?}").to_uppercase());
                }
            }
            None => {
                let _ = writeln!(text, "  The newsroom sahel-desk is there already, and is kept as it is. To set a password anew:");
                let _ = writeln!(text, "    claimspan account reset-password --email editor@sahel-desk.example --database-url {url}");
            }
        }
        let article = &self.article;
        let _ = write!(
            text,
            "
  GraphiQL: http://{address}/graphiql

  Three things to try there:
    1. Sign in as the editor, and put the token into the Headers pane as {{\"Authorization\": \"Bearer <token>\"}}:
         mutation {{ signIn(input: {{email: \"editor@sahel-desk.example\", password: \"…\"}}) {{ token }} }}
    2. Read what the reviewers say of the article, and where they differ:
         {{ article(id: \"{article}\") {{
             title
             summary {{ verdictCount hiddenVerdictCount disputedClaimCount verdictCounts {{ rating {{ label }} count }} }}
             claims {{ nodes {{ statement state verdicts {{ reviewer {{ displayName }} rating {{ label }} rationale citations {{ stance source {{ url }} }} }} }} }}
         }} }}
    3. Do the same as the reader: what is still under blind review is counted, and not shown.

  Ctrl-C ends the demo; run again, it keeps what is there.
"
        );
        text
    }
}

/// Makes the newsroom, unless it is there.
pub async fn prepare(db: &Db, world: &World) -> Result<Welcome> {
    let machine = Actor::machine(world.clone());
    match newsroom::fetch_by_slug(db, &machine, "sahel-desk").await {
        Ok(room) => {
            let first = article::Entity::find().one(db.read()).await?;
            let article = first
                .filter(|article| article.newsroom_id == room.id)
                .map_or_else(|| "article_…".to_owned(), |article| article.id.to_string());
            return Ok(Welcome { article, passwords: None });
        }
        Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let room = newsroom::create(db, &machine, "sahel-desk", "Sahel Desk").await?;
    let mut passwords = Vec::new();
    let mut actors = Vec::new();
    for (role, email, name) in PEOPLE {
        let password = BASE64_URL_SAFE_NO_PAD.encode(&world.secret()[..12]);
        let account = session::create_account(db, &machine, email, name, &password, room.id, role).await?;
        let place = Place { newsroom: room.id, role, policy: room.policy() };
        actors.push(acting(account.id, place, world));
        passwords.push((role, email, password));
    }
    let [admin, editor, reviewer, second, _] = &actors[..] else { return Err(anyhow::anyhow!("five people").into()) };
    let policy = value!({ "newsroom": (room.id.to_string()), "publicReading": true });
    readiness::set_policy(db, admin, input::<SetPolicyInput>(policy)?).await?;

    let input = ImportArticleInput {
        newsroom: room.id.into(),
        title: TITLE.to_owned(),
        body: BODY.to_owned(),
        url: Some("https://news.example.org/2024/08/bamako-kyiv".to_owned()),
        publisher: Some("Claimspan's own account".to_owned()),
        author: None,
        language: Some("en".to_owned()),
        published_at: None,
    };
    let article = article::import(db, editor, input).await?;
    let article_id = article.id.to_string();
    for told in TOLD {
        let claim = mark(db, reviewer, &article_id, told).await?;
        for (actor, judgement) in [reviewer, second].into_iter().zip(told.judgements) {
            judge(db, actor, &claim, judgement).await?;
        }
        if let Some((rating, summary)) = told.ruling {
            rule(db, editor, &claim, rating, summary).await?;
        }
    }
    Ok(Welcome { article: article_id, passwords: Some(passwords) })
}

/// One of the demo's people at work.
fn acting(account: AccountId, place: Place, world: &World) -> Actor {
    Actor::account(account, Credential::Session(SessionId(uuid::Uuid::nil())), vec![place], world.clone())
}

/// A claim of the article, and what the reviewers say of it, the first and the second.
struct Told {
    statement: &'static str,
    claimant: &'static str,
    on: &'static str,
    tags: &'static [&'static str],
    exact: &'static str,
    judgements: &'static [Judgement],
    /// The rating and the summary of the ruling on it, if there is one.
    ruling: Option<(&'static str, &'static str)>,
}

/// A rating, why, and the sources: stance, address, title, what it says.
struct Judgement {
    rating: &'static str,
    rationale: &'static str,
    citations: &'static [(&'static str, &'static str, &'static str, &'static str)],
}

const TOLD: &[Told] = &[
    Told {
        statement: "Andriy Yusov admitted that Ukraine's military intelligence helped the rebels before the battle.",
        claimant: "Transitional government of Mali",
        on: "2024-08-04",
        tags: &["yusov-admission", "ukraine", "wagner"],
        exact: "Andriy Yusov, who speaks for Ukraine's military intelligence, admitted that his service had helped the rebels before the battle.",
        judgements: &[
            Judgement {
                rating: "MISSING_CONTEXT",
                rationale: "He said that the rebels had received information. He did not say from whom, nor that his service took part in the fighting.",
                citations: &[(
                    "CONTEXT",
                    "https://broadcast.example.org/2024-07-29#t=312",
                    "Recording of the broadcast of 29 July",
                    "necessary information, and not only information",
                )],
            },
            Judgement {
                rating: "MOSTLY_FALSE",
                rationale: "\"Admitted\" says more than his words do. The ministry's denial came two days later and names the sentence.",
                citations: &[
                    (
                        "REFUTES",
                        "https://ministry.example.org/statements/mali",
                        "Statement of the foreign ministry",
                        "no evidence was shown",
                    ),
                    (
                        "CONTEXT",
                        "https://broadcast.example.org/2024-07-29",
                        "Recording of the broadcast of 29 July",
                        "not only information",
                    ),
                ],
            },
        ],
        ruling: None,
    },
    Told {
        statement: "Senegal summoned Ukraine's ambassador over a post on the embassy's Facebook page.",
        claimant: "Unnamed reports",
        on: "2024-08-03",
        tags: &["senegal-summons", "ukraine"],
        exact: "On 3 August Senegal summoned the ambassador over a video on his embassy's Facebook page.",
        judgements: &[
            Judgement {
                rating: "TRUE",
                rationale: "The ministry in Dakar announced it the same day, and gave the post as the reason.",
                citations: &[(
                    "SUPPORTS",
                    "https://diplomatie.example.org/communique-0803",
                    "Communiqué of the ministry in Dakar",
                    "a été convoqué",
                )],
            },
            Judgement {
                rating: "TRUE",
                rationale: "Announced by the ministry; the archived page shows the post.",
                citations: &[
                    (
                        "SUPPORTS",
                        "https://diplomatie.example.org/communique-0803?utm_source=mail",
                        "Communiqué of the ministry in Dakar",
                        "a été convoqué",
                    ),
                    ("SUPPORTS", "https://archive.example.org/embassy-page", "The embassy's page as archived on 1 August", "video, 1:12"),
                ],
            },
        ],
        ruling: Some((
            "TRUE",
            "The ministry in Dakar announced it the same day, and gave the post as its reason; an archived copy shows the post.",
        )),
    },
    Told {
        statement: "The Ukrainian ambassador in Dakar openly backed international terrorism.",
        claimant: "Transitional government of Mali",
        on: "2024-08-04",
        tags: &["ukraine"],
        exact: "the Ukrainian ambassador in Dakar, Yurii Pyvovarov, had openly backed \"international terrorism\"",
        judgements: &[Judgement {
            rating: "FALSE",
            rationale: "What the embassy posted is a video with a comment. Nothing in it is by the ambassador, and nothing in it speaks of terrorism.",
            citations: &[(
                "REFUTES",
                "https://archive.example.org/embassy-page",
                "The embassy's page as archived on 1 August",
                "video, 1:12",
            )],
        }],
        ruling: None,
    },
    Told {
        statement: "84 mercenaries and 47 soldiers died in the battle near Tinzaouaten.",
        claimant: "Tuareg alliance",
        on: "2024-08-01",
        tags: &["wagner", "casualties"],
        exact: "they counted 84 dead mercenaries and 47 dead soldiers after the battle",
        judgements: &[Judgement {
            rating: "UNVERIFIABLE",
            rationale: "Only a party to the battle counts so many, and nobody else was let near the place.",
            citations: &[],
        }],
        ruling: None,
    },
    Told {
        statement: "MINUSMA ended its withdrawal from Mali on 31 December 2023.",
        claimant: "The article itself",
        on: "2024-08-05",
        tags: &["minusma"],
        exact: "MINUSMA, ended its withdrawal on 31 December 2023",
        judgements: &[],
        ruling: None,
    },
];

async fn mark(db: &Db, actor: &Actor, article: &str, told: &Told) -> Result<String> {
    let tags: Vec<Value> = told.tags.iter().map(|tag| Value::from(*tag)).collect();
    let input = input::<MarkClaimInput>(value!({
        "article": article,
        "statement": (told.statement),
        "claimant": (told.claimant),
        "claimedOn": (told.on),
        "tags": (Value::List(tags)),
        "ranges": [{ "exact": (told.exact) }],
    }))?;
    Ok(claim::mark(db, actor, input).await?.0.id.to_string())
}

async fn judge(db: &Db, actor: &Actor, claim: &str, judgement: &Judgement) -> Result<()> {
    let citations = judgement.citations.iter().map(|(stance, url, title, quote)| {
        value!({ "stance": (Value::Enum(Name::new(stance))), "url": (*url), "title": (*title), "quote": (*quote) })
    });
    let input = input::<SubmitVerdictInput>(value!({
        "claim": claim,
        "rating": (judgement.rating),
        "rationale": (judgement.rationale),
        "citations": (Value::List(citations.collect())),
    }))?;
    verdict::submit(db, actor, input).await?;
    Ok(())
}

async fn rule(db: &Db, actor: &Actor, claim: &str, rating: &str, summary: &str) -> Result<()> {
    let input = input::<PublishRulingInput>(value!({ "claim": claim, "rating": rating, "summary": summary }))?;
    ruling::publish(db, actor, input).await?;
    Ok(())
}

/// An input as a client would send it.
fn input<T: InputType>(value: Value) -> Result<T> {
    T::parse(Some(value))
        .map_err(|error| anyhow::anyhow!("the demo's own input: {}", error.into_server_error(async_graphql::Pos::default()).message).into())
}
