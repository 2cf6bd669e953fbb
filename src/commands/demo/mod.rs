//! `demo`: serves a newsroom to try the product on, `sahel-desk`, with an account for each role, and one article with its claims and
//! verdicts.

mod content;

use std::fmt::Write;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use async_graphql::{InputType, Name, Value, value};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use migration::{Migrator, MigratorTrait};
use sea_orm::EntityTrait;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use serde::{Deserialize, Serialize};
use serde_json::json;

use content::{BODY, CLAIMS, DemoClaim, Judgement, PEOPLE, TITLE};

use crate::commands::signing_key;
use crate::config::{Cli, Demo};
use crate::domain::actor::Actor;
use crate::domain::article::format::ArticleFormat;
use crate::domain::article::{self, ImportArticleInput};
use crate::domain::audit;
use crate::domain::claim::{self, MarkClaimInput};
use crate::domain::error::{Error, Result};
use crate::domain::ids::NewsroomId;
use crate::domain::newsroom;
use crate::domain::newsroom::policy::{self, SetPolicyInput};
use crate::domain::people::joining;
use crate::domain::people::session::{self, SignInInput, UserAgent};
use crate::domain::ruling::{self, PublishRulingInput};
use crate::domain::store::{self, Db};
use crate::domain::upkeep;
use crate::domain::verdict::{self, SubmitVerdictInput};
use crate::domain::world::World;
use crate::pages;
use crate::server::{self, AppState, Settings};
use crate::telemetry;

/// The demo's database if none is named.
pub const DATABASE_URL: &str = "sqlite://claimspan-demo.db";

/// Prepares the demo's database and serves it.
pub async fn run(cli: &Cli, options: &Demo) -> anyhow::Result<()> {
    // A line for each request would bury the passwords.
    let _telemetry = telemetry::start("warn", false, None)?;
    ensure!(
        options.listen.ip().is_loopback(),
        "the demo listens on this machine only: give --listen a loopback address"
    );
    let url = cli.database_url(DATABASE_URL);
    ensure!(
        url.starts_with("sqlite:"),
        "the demo runs on an embedded database only: give --database-url sqlite://FILE"
    );
    let db = store::connect(&url, cli.database_connections).await?;
    Migrator::up(&db, None).await?;
    audit::begin(&db, &super::machine()).await?;
    upkeep::run(&db, &super::machine()).await?;
    let world = World::real().signing_with(signing_key::at_start(&db, cli, &url).await?);
    let accounts_file = accounts_file(&url)?;
    let mut welcome = prepare(&db, &world).await?;
    if welcome.accounts.is_empty() {
        welcome.accounts = read_accounts(&accounts_file);
    } else {
        write_accounts(&accounts_file, &welcome.accounts)?;
    }
    if !welcome.accounts.is_empty() {
        pages::offer_accounts(json!({ "demo": { "accounts": welcome.accounts } }).to_string());
    }
    let state = AppState::new(db.clone(), world, Settings::default());
    let (server, address) = server::start(state, options.listen, 2)?;
    let counting = upkeep::count_in_background(&db);
    println!("{}", welcome.text(address, &url));
    server.await?;
    counting.abort();
    db.close().await?;
    Ok(())
}

/// The text that the demo prints when it is ready.
pub struct Welcome {
    article: String,
    /// The accounts with their passwords. Empty if the passwords are unknown.
    accounts: Vec<DemoAccount>,
}

/// An account of the demo, as the sign-in page offers it.
#[derive(Serialize, Deserialize)]
struct DemoAccount {
    role: String,
    name: String,
    email: String,
    password: String,
}

/// The file next to the database that keeps the passwords for later runs.
fn accounts_file(url: &str) -> anyhow::Result<PathBuf> {
    let options: SqliteConnectOptions = url.parse()?;
    let mut path = options.get_filename().as_os_str().to_owned();
    path.push(".accounts.json");
    Ok(path.into())
}

fn read_accounts(file: &Path) -> Vec<DemoAccount> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn write_accounts(file: &Path, accounts: &[DemoAccount]) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    // Only the owner may read the passwords.
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(file.write_all(serde_json::to_string_pretty(accounts)?.as_bytes())?)
}

impl Welcome {
    /// The text, for a server at `address` on the database at `url`.
    pub fn text(&self, address: SocketAddr, url: &str) -> String {
        let mut text = format!("Claimspan's demo listens on http://{address}\n\n");
        if self.accounts.is_empty() {
            let _ = writeln!(
                text,
                "  The newsroom sahel-desk already exists and is unchanged. To set a new password:"
            );
            let _ = writeln!(
                text,
                "    claimspan account reset-password --email editor@sahel-desk.example --database-url {url}"
            );
        } else {
            text.push_str("  Accounts of the newsroom sahel-desk, and their passwords:\n");
            for DemoAccount { role, email, password, .. } in &self.accounts {
                let _ = writeln!(text, "    {role:<9} {email:<28} {password}");
            }
        }
        let article = &self.article;
        let _ = write!(
            text,
            "
  Workbench: http://{address}/
    Read the article, mark claims and judge them. One button for each account signs you in.

  GraphiQL: http://{address}/graphiql

  Three things to try in GraphiQL. If you are signed in to the workbench, you are signed in there too.
    1. Otherwise sign in as the editor, with the password from above in place of the dots:
         mutation {{ signIn(input: {{email: \"editor@sahel-desk.example\", password: \"…\"}}) {{ token }} }}
    2. Read what the reviewers say about the article, and where they differ:
         {{ article(id: \"{article}\") {{
             title
             summary {{ verdictCount hiddenVerdictCount disputedClaimCount verdictCounts {{ rating {{ label }} count }} }}
             claims {{ nodes {{ statement state verdicts {{ reviewer {{ displayName }} rating {{ label }} rationale citations {{ stance source {{ url }} }} }} }} }}
         }} }}
    3. Do the same as the reader. Verdicts under blind review are counted but not shown.

  Ctrl-C ends the demo. Its data is kept for the next run.
"
        );
        text
    }
}

/// Creates the newsroom, unless it exists.
pub async fn prepare(db: &Db, world: &World) -> Result<Welcome> {
    let machine = Actor::machine(world.clone());
    match newsroom::fetch_by_slug(db, &machine, "sahel-desk").await {
        Ok(room) => {
            let first = article::Entity::find().one(db).await?;
            let article = first
                .filter(|article| article.newsroom_id == room.id)
                .map_or_else(|| "article_…".to_owned(), |article| article.id.to_string());
            return Ok(Welcome { article, accounts: Vec::new() });
        }
        Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let room = newsroom::create(db, &machine, "sahel-desk", "Sahel Desk").await?;
    let mut accounts = Vec::new();
    let mut actors = Vec::new();
    for (role, email, name) in PEOPLE {
        let password = BASE64_URL_SAFE_NO_PAD.encode(&world.secret()[..12]);
        let account =
            joining::create_account(db, &machine, email, name, &password, room.id, role).await?;
        actors.push(signed_in(db, world, &account.email, &password).await?);
        accounts.push(DemoAccount {
            role: format!("{role:?}").to_uppercase(),
            name: name.to_owned(),
            email: email.to_owned(),
            password,
        });
    }
    let [admin, editor, reviewer, second, _] = &actors[..] else {
        return Err(anyhow::anyhow!("five people").into());
    };
    let policy = value!({ "newsroom": (room.id.to_string()), "publicReading": true });
    policy::set_policy(db, admin, input::<SetPolicyInput>(policy)?).await?;

    let (article, _) = article::import(db, editor, our_article(room.id)).await?;
    let article_id = article.id.to_string();
    for example in CLAIMS {
        let claim = mark(db, reviewer, &article_id, example).await?;
        for (actor, judgement) in [reviewer, second].into_iter().zip(example.judgements) {
            judge(db, actor, &claim, judgement).await?;
        }
        if let Some((rating, summary)) = example.ruling {
            rule(db, editor, &claim, rating, summary).await?;
        }
    }
    for actor in &actors {
        session::sign_out(db, actor).await?;
    }
    Ok(Welcome { article: article_id, accounts })
}

/// The article of the demo.
fn our_article(newsroom: NewsroomId) -> ImportArticleInput {
    ImportArticleInput {
        newsroom: newsroom.into(),
        format: ArticleFormat::Text,
        title: Some(TITLE.to_owned()),
        body: BODY.to_owned(),
        url: Some("https://news.example.org/2024/08/bamako-kyiv".to_owned()),
        publisher: Some("Claimspan's own account".to_owned()),
        author: None,
        language: Some("en".to_owned()),
        published_at: None,
    }
}

/// Signs in to one of the accounts.
async fn signed_in(db: &Db, world: &World, email: &str, password: &str) -> Result<Actor> {
    let stranger = Actor::stranger(world.clone());
    let begun = value!({ "email": email, "password": password });
    let begun =
        session::sign_in(db, &stranger, &UserAgent::default(), input::<SignInInput>(begun)?)
            .await?;
    session::authenticate(db, world, &begun.token).await
}

async fn mark(db: &Db, actor: &Actor, article: &str, example: &DemoClaim) -> Result<String> {
    let tags: Vec<Value> = example.tags.iter().map(|tag| Value::from(*tag)).collect();
    let input = input::<MarkClaimInput>(value!({
        "article": article,
        "statement": (example.statement),
        "claimant": (example.claimant),
        "claimedOn": (example.on),
        "tags": (Value::List(tags)),
        "ranges": [{ "exact": (example.exact) }],
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
    let input = input::<PublishRulingInput>(
        value!({ "claim": claim, "rating": rating, "summary": summary }),
    )?;
    ruling::publish(db, actor, input).await?;
    Ok(())
}

/// Parses an input as a client would send it.
fn input<T: InputType>(value: Value) -> Result<T> {
    T::parse(Some(value)).map_err(|error| {
        anyhow::anyhow!(
            "the demo's own input: {}",
            error.into_server_error(async_graphql::Pos::default()).message
        )
        .into()
    })
}
