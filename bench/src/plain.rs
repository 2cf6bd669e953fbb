//! The ceiling: a plain actix handler that returns the rows of the nested read with hand-written
//! SQL.
//!
//! A developer would write it for exactly this one response. It uses the same pool, session lookup
//! and rules of blind review. It uses prepared statements directly through sqlx, one per level, and
//! serde_json. The benchmark checks that its bytes equal the server's.
//!
//! There are two handlers. One takes a connection from the pool for each statement, as is usual
//! with sqlx. The other keeps one connection for all statements, as the server does.

use std::collections::HashMap;
use std::fmt;
use std::net::TcpListener;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use claimspan::domain::secret;
use claimspan::domain::store;
use sea_orm::sqlx;
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// The path where each statement takes a connection.
pub const PLAIN: &str = "articles";
/// The path where one connection is kept.
pub const KEPT: &str = "kept";

/// The path of the bytes that the handler has in memory.
pub const BARE: &str = "bare";

/// The document that requests the same rows from the server.
pub const DOCUMENT: &str = "query NestedRead($id: ID!) { article(id: $id) { id title version claims(first: 50) { nodes {
    id statement claimant state version verdicts { id state rating { key label } rationale submittedAt
        citations { id stance quote source { id url title publisher } } } } } } }";

const SESSION: &str = "
    SELECT s.account_id, m.newsroom_id, m.role, n.verdicts_required, n.blind_review
    FROM sessions s
    JOIN accounts a ON a.id = s.account_id
    LEFT JOIN memberships m ON m.account_id = a.id
    LEFT JOIN newsrooms n ON n.id = m.newsroom_id
    WHERE s.token_hash = $1 AND s.expires_at > $2";
const ARTICLE: &str = "SELECT newsroom_id, title, version FROM articles WHERE id = $1";
const CLAIMS: &str = "SELECT id, statement, claimant, state, version FROM claims WHERE article_id = $1 ORDER BY position, id LIMIT 50";

/// The verdicts `v` on claims `c` that blind review shows. Parameters: newsroom $2, account $3, its
/// role $4, and the policy $5 and $6.
macro_rules! visible {
    ($v:literal, $c:literal) => {
        concat!(
            "(",
            $v,
            ".newsroom_id = $2 AND ($4 OR ",
            $v,
            ".reviewer_id = $3 OR (",
            $v,
            ".state = 'SUBMITTED' AND (NOT $5 OR ",
            $c,
            ".verdict_count >= $6 OR EXISTS (SELECT 1 FROM verdicts own WHERE own.claim_id = ",
            $c,
            ".id AND own.reviewer_id = $3 AND own.state = 'SUBMITTED')))))"
        )
    };
}

const VERDICTS: &str = concat!(
    "SELECT v.claim_id, v.id, v.submission_id, v.state, r.key, r.label, s.rationale, s.submitted_at
    FROM claims c
    JOIN verdicts v ON v.claim_id = c.id
    JOIN submissions s ON s.id = v.submission_id
    JOIN ratings r ON r.id = s.rating_id
    WHERE c.article_id = $1 AND v.state = 'SUBMITTED' AND ",
    visible!("v", "c"),
    " ORDER BY v.id"
);

/// A source's title is the title in its first visible citation.
macro_rules! called {
    ($column:literal) => {
        concat!(
            "(SELECT i2.",
            $column,
            " FROM citations i2 JOIN verdicts v2 ON v2.id = i2.verdict_id JOIN claims c2 ON c2.id = v2.claim_id
            WHERE i2.source_id = o.id AND i2.",
            $column,
            " IS NOT NULL AND ",
            visible!("v2", "c2"),
            " ORDER BY i2.id LIMIT 1)"
        )
    };
}

const CITATIONS: &str = concat!(
    "SELECT i.submission_id, i.id, i.stance, i.quote, o.id, o.url, ",
    called!("title"),
    ", ",
    called!("publisher"),
    " FROM claims c
    JOIN verdicts v ON v.claim_id = c.id
    JOIN citations i ON i.submission_id = v.submission_id
    JOIN sources o ON o.id = i.source_id
    WHERE c.article_id = $1 AND v.state = 'SUBMITTED' AND ",
    visible!("v", "c"),
    " ORDER BY i.ordinal"
);

type SessionRow = (Uuid, Option<Uuid>, Option<String>, Option<i32>, Option<bool>);
type ArticleRow = (Uuid, String, i32);
type ClaimRow = (Uuid, String, Option<String>, String, i32);
type VerdictRow = (Uuid, Uuid, Uuid, String, String, String, String, DateTime<Utc>);
type CitationRow =
    (Uuid, Uuid, String, Option<String>, Uuid, String, Option<String>, Option<String>);

/// An id as the API writes it.
#[derive(Clone, Copy)]
struct Id(&'static str, Uuid);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0, self.1.simple())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Moment(DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

#[derive(Serialize)]
struct Answer {
    data: Data,
}

#[derive(Serialize)]
struct Data {
    article: Article,
}

#[derive(Serialize)]
struct Article {
    id: Id,
    title: String,
    version: i32,
    claims: Claims,
}

#[derive(Serialize)]
struct Claims {
    nodes: Vec<Claim>,
}

#[derive(Serialize)]
struct Claim {
    id: Id,
    statement: String,
    claimant: Option<String>,
    state: String,
    version: i32,
    verdicts: Vec<Verdict>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    id: Id,
    state: String,
    rating: Rating,
    rationale: String,
    submitted_at: Moment,
    citations: Vec<Citation>,
}

#[derive(Serialize)]
struct Rating {
    key: String,
    label: String,
}

#[derive(Serialize)]
struct Citation {
    id: Id,
    stance: String,
    quote: Option<String>,
    source: Source,
}

#[derive(Serialize)]
struct Source {
    id: Id,
    url: String,
    title: Option<String>,
    publisher: Option<String>,
}

/// The reason why there is no response.
enum Refusal {
    Unauthenticated,
    NotFound,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The reads, for one kind of pool or connection, because sqlx's types name the database.
macro_rules! reads {
    ($name:ident, $from:ident: $kind:ty, $again:expr) => {
        async fn $name($from: $kind, token: &str, id: Uuid) -> Result<Article, Refusal> {
            let sessions: Vec<SessionRow> = sqlx::query_as(SESSION)
                .bind(secret::hash(token))
                .bind(Utc::now())
                .fetch_all($again)
                .await?;
            let account = sessions.first().ok_or(Refusal::Unauthenticated)?.0;
            let (room, title, version): ArticleRow = sqlx::query_as(ARTICLE)
                .bind(id)
                .fetch_optional($again)
                .await?
                .ok_or(Refusal::NotFound)?;
            let place = sessions
                .into_iter()
                .find(|session| session.1 == Some(room))
                .ok_or(Refusal::NotFound)?;
            let sees_all = matches!(place.2.as_deref(), Some("EDITOR" | "ADMIN"));
            let (required, blind) = (place.3.unwrap_or_default(), place.4.unwrap_or_default());
            let claims: Vec<ClaimRow> = sqlx::query_as(CLAIMS).bind(id).fetch_all($again).await?;
            let verdicts: Vec<VerdictRow> = sqlx::query_as(VERDICTS)
                .bind(id)
                .bind(room)
                .bind(account)
                .bind(sees_all)
                .bind(blind)
                .bind(required)
                .fetch_all($again)
                .await?;
            let citations: Vec<CitationRow> = sqlx::query_as(CITATIONS)
                .bind(id)
                .bind(room)
                .bind(account)
                .bind(sees_all)
                .bind(blind)
                .bind(required)
                .fetch_all($again)
                .await?;
            Ok(assemble(id, title, version, claims, verdicts, citations))
        }
    };
}

reads!(from_sqlite, pool: &sqlx::SqlitePool, pool);
reads!(from_postgres, pool: &sqlx::PgPool, pool);
reads!(kept_sqlite, connection: &mut sqlx::SqliteConnection, &mut *connection);
reads!(kept_postgres, connection: &mut sqlx::PgConnection, &mut *connection);

fn assemble(
    id: Uuid,
    title: String,
    version: i32,
    claims: Vec<ClaimRow>,
    verdicts: Vec<VerdictRow>,
    citations: Vec<CitationRow>,
) -> Article {
    let mut cited: HashMap<Uuid, Vec<Citation>> = HashMap::new();
    for (submission, id, stance, quote, source, url, title, publisher) in citations {
        let source = Source { id: Id("source", source), url, title, publisher };
        cited.entry(submission).or_default().push(Citation {
            id: Id("citation", id),
            stance,
            quote,
            source,
        });
    }
    let mut judged: HashMap<Uuid, Vec<Verdict>> = HashMap::new();
    for (claim, id, submission, state, key, label, rationale, submitted_at) in verdicts {
        let citations = cited.remove(&submission).unwrap_or_default();
        let (rating, submitted_at) = (Rating { key, label }, Moment(submitted_at));
        judged.entry(claim).or_default().push(Verdict {
            id: Id("verdict", id),
            state,
            rating,
            rationale,
            submitted_at,
            citations,
        });
    }
    let nodes = claims.into_iter().map(|(id, statement, claimant, state, version)| {
        let verdicts = judged.remove(&id).unwrap_or_default();
        Claim { id: Id("claim", id), statement, claimant, state, version, verdicts }
    });
    Article { id: Id("article", id), title, version, claims: Claims { nodes: nodes.collect() } }
}

enum Pool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

async fn article(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    pool: web::Data<Pool>,
) -> HttpResponse {
    match answer(&request, &path.1, &pool, path.0 == KEPT).await {
        Ok(article) => HttpResponse::Ok().json(Answer { data: Data { article } }),
        Err(Refusal::Unauthenticated) => HttpResponse::Unauthorized().finish(),
        Err(Refusal::NotFound) => HttpResponse::NotFound().finish(),
        Err(Refusal::Database(error)) => {
            eprintln!("{error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

async fn answer(
    request: &HttpRequest,
    id: &str,
    pool: &Pool,
    kept: bool,
) -> Result<Article, Refusal> {
    let token = request
        .headers()
        .get("Authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or(Refusal::Unauthenticated)?;
    let id = id
        .strip_prefix("article_")
        .and_then(|digits| Uuid::try_parse(digits).ok())
        .ok_or(Refusal::NotFound)?;
    match pool {
        Pool::Sqlite(pool) if kept => kept_sqlite(&mut *pool.acquire().await?, token, id).await,
        Pool::Sqlite(pool) => from_sqlite(pool, token, id).await,
        Pool::Postgres(pool) if kept => kept_postgres(&mut *pool.acquire().await?, token, id).await,
        Pool::Postgres(pool) => from_postgres(pool, token, id).await,
    }
}

/// Bytes in memory and their version.
type Bare = Arc<RwLock<(web::Bytes, String)>>;

async fn bare(request: HttpRequest, bare: web::Data<Bare>) -> HttpResponse {
    let (bytes, etag) = bare.read().unwrap_or_else(PoisonError::into_inner).clone();
    let known = request.headers().get("If-None-Match");
    if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return HttpResponse::NotModified().insert_header(("ETag", etag)).finish();
    }
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("ETag", etag))
        .body(bytes)
}

async fn keep_bare(request: HttpRequest, body: web::Bytes, bare: web::Data<Bare>) -> HttpResponse {
    let etag = request.headers().get("If-None-Match").and_then(|value| value.to_str().ok());
    let new = (body, etag.unwrap_or_default().to_owned());
    *bare.write().unwrap_or_else(PoisonError::into_inner) = new;
    HttpResponse::NoContent().finish()
}

/// Serves `/articles/ID` and `/kept/ID` with the server's own pool, and `/bare` from memory.
pub async fn serve(url: &str, connections: u32) -> anyhow::Result<()> {
    let db = store::connect(url, connections).await?;
    let pool = if db.is_sqlite() {
        Pool::Sqlite(db.connection().get_sqlite_connection_pool().clone())
    } else {
        Pool::Postgres(db.connection().get_postgres_connection_pool().clone())
    };
    let pool = web::Data::from(Arc::new(pool));
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen")?;
    let address = listener.local_addr()?;
    let kept = web::Data::new(Bare::default());
    let app = move || {
        App::new()
            .app_data(pool.clone())
            .app_data(kept.clone())
            .route(BARE, web::get().to(bare))
            .route(BARE, web::put().to(keep_bare))
            .route("/{how}/{id}", web::get().to(article))
    };
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = HttpServer::new(app).workers(workers).listen(listener)?.run();
    println!("plain listens on http://{address}");
    server.await?;
    Ok(db.close().await?)
}
