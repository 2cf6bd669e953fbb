//! Who may do what: the roles, the actions, and the one table that joins them.
//!
//! Always true: an actor may do in a newsroom what its role there allows, and of other newsrooms it does not learn that they exist.

use std::sync::{Arc, LazyLock, Mutex};

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::Serialize;
use uuid::{ContextV7, Timestamp, Uuid};

use super::error::{Error, Result};
use super::ids::{AccountId, ApiTokenId, NewsroomId, SessionId};
use super::moment::Moment;
use super::network::Network;

/// What a member may do in a newsroom. Each role includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Reads articles, claims, summaries, and verdicts that are not under blind review.
    #[sea_orm(string_value = "READER")]
    Reader,
    /// Marks claims, and judges them.
    #[sea_orm(string_value = "REVIEWER")]
    Reviewer,
    /// Imports and revises articles, changes and re-anchors any claim, and reads every verdict.
    #[sea_orm(string_value = "EDITOR")]
    Editor,
    /// Manages members, tokens and the newsroom's policy.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
}

/// What can be done in a newsroom, as far as permission tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Action {
    /// Read the newsroom, its articles, claims and summaries, and the verdicts that blind review does not hide.
    Read,
    /// Read every verdict, blind review or not, withdrawn ones too.
    ReadEveryVerdict,
    /// Mark a claim.
    MarkClaim,
    /// Edit, link or withdraw a claim that one marked oneself.
    ChangeOwnClaim,
    /// Submit or withdraw a verdict of one's own. Nobody writes another's.
    Judge,
    /// Take a stale verdict out of force whose reviewer may judge here no more.
    SetAside,
    /// Edit, link or withdraw any claim.
    ChangeAnyClaim,
    /// Import an article.
    ImportArticle,
    /// Ask reviewers to judge a claim, or ask them no more.
    AssignClaim,
    /// Publish the ruling on a claim, and correct or retract it.
    PublishRuling,
    /// Store a newer text of an article.
    ReviseArticle,
    /// Say by hand on which words a claim stands.
    Reanchor,
    /// Read, invite, change and remove members.
    ManageMembers,
    /// Read, create and revoke API tokens.
    ManageTokens,
    /// Change what the newsroom asks of its fact-checks.
    SetPolicy,
    /// Replace the scale that the newsroom judges with.
    ReplaceRatingScale,
    /// Read the log of everything that was done.
    ReadAuditLog,
}

/// The whole permission table.
const fn least_role(action: Action) -> Role {
    match action {
        Action::Read => Role::Reader,
        Action::MarkClaim | Action::ChangeOwnClaim | Action::Judge => Role::Reviewer,
        Action::ReadEveryVerdict
        | Action::SetAside
        | Action::ChangeAnyClaim
        | Action::ImportArticle
        | Action::ReviseArticle
        | Action::Reanchor
        | Action::AssignClaim
        | Action::PublishRuling => Role::Editor,
        Action::ManageMembers | Action::ManageTokens | Action::SetPolicy | Action::ReplaceRatingScale | Action::ReadAuditLog => Role::Admin,
    }
}

/// What a newsroom asks of its fact-checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, async_graphql::SimpleObject)]
#[graphql(name = "Policy")]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// How many reviewers must have submitted before a claim is READY.
    pub verdicts_required: i32,
    /// Whether verdicts stay hidden from readers and from other reviewers until the claim is READY.
    pub blind_review: bool,
    /// Whether an editor whose own verdict stands on a claim leaves its ruling to another editor.
    pub second_reader: bool,
    /// Whether everybody, without an account, may read the rulings that the newsroom publishes, and what they rest on.
    pub public_reading: bool,
}

impl Default for Policy {
    /// What a newsroom starts with.
    fn default() -> Self {
        Self { verdicts_required: 2, blind_review: true, second_reader: true, public_reading: false }
    }
}

/// Where the time and chance of one server come from, so that tests can fix them.
#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    chance: Arc<Chance>,
}

type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Chance = dyn Fn(&mut [u8]) + Send + Sync;

impl World {
    /// The machine's clock and the operating system's random bytes.
    pub fn real() -> Self {
        Self::new(Utc::now, |bytes| getrandom::fill(bytes).expect("the operating system gives random bytes"))
    }

    /// A world of one's own making.
    pub fn new(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static, chance: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), chance: Arc::new(chance) }
    }

    /// The time.
    pub fn now(&self) -> Moment {
        Moment::new((self.clock)())
    }

    /// A new id, later than every earlier one of this process.
    pub fn id<I: From<Uuid>>(&self) -> I {
        // One counter for all, or two ids of the same millisecond could sort the wrong way round.
        static COUNTER: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));
        let time = self.now().time();
        let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
        I::from(Uuid::new_v7(Timestamp::from_unix(&*COUNTER, seconds, time.timestamp_subsec_nanos())))
    }

    /// 256 bits that nobody can guess.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        (self.chance)(&mut bytes);
        bytes
    }
}

/// How an account showed who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// By a session, begun with a password.
    Session(SessionId),
    /// By an API token.
    ApiToken(ApiTokenId),
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Nobody that we know.
    Stranger,
    /// Somebody with a shell on the server's own machine.
    Machine,
    /// An account.
    Account(AccountId, Credential),
}

/// A newsroom in which an actor has a role.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The newsroom.
    pub newsroom: NewsroomId,
    /// The role there; with an API token, no higher than the token's.
    pub role: Role,
    /// What the newsroom asks, as it was when the request came in.
    pub policy: Policy,
}

/// Who acts, what they may do, and the world they act in.
#[derive(Clone)]
pub struct Actor {
    who: Who,
    places: Arc<[Place]>,
    network: Option<Network>,
    world: World,
}

impl Actor {
    /// Somebody who showed no credentials.
    pub fn stranger(world: World) -> Self {
        Self { who: Who::Stranger, places: Arc::new([]), network: None, world }
    }

    /// The command line of the server's own machine, which may do everything but judge and rule.
    pub fn machine(world: World) -> Self {
        Self { who: Who::Machine, places: Arc::new([]), network: None, world }
    }

    /// An account, with its places.
    pub fn account(id: AccountId, credential: Credential, places: Vec<Place>, world: World) -> Self {
        Self { who: Who::Account(id, credential), places: places.into(), network: None, world }
    }

    /// The same actor, whose request comes from this network.
    #[must_use]
    pub fn from_network(self, network: Option<Network>) -> Self {
        Self { network, ..self }
    }

    /// The network that the request comes from; none for the machine, and where nothing tells.
    pub const fn network(&self) -> Option<Network> {
        self.network
    }

    /// The account that acts, if one does.
    pub const fn id(&self) -> Option<AccountId> {
        match self.who {
            Who::Account(id, _) => Some(id),
            Who::Stranger | Who::Machine => None,
        }
    }

    /// The account that acts; strangers and the machine have none.
    pub fn signed_in(&self) -> Result<AccountId> {
        self.id().ok_or(Error::Unauthenticated("sign in first: send `Authorization: Bearer <token>` with a token from signIn"))
    }

    /// The API token by which the account acts, if it does not act itself.
    pub const fn api_token(&self) -> Option<ApiTokenId> {
        match self.who {
            Who::Account(_, Credential::ApiToken(token)) => Some(token),
            Who::Account(_, Credential::Session(_)) | Who::Stranger | Who::Machine => None,
        }
    }

    /// The account and its session, for what an API token may not do: manage passwords, sessions and tokens.
    pub fn in_session(&self) -> Result<(AccountId, SessionId)> {
        match self.who {
            Who::Account(account, Credential::Session(session)) => Ok((account, session)),
            Who::Account(_, Credential::ApiToken(_)) => {
                Err(Error::Forbidden("this takes a signed-in person; an API token may not do it".into()))
            }
            Who::Stranger | Who::Machine => self.signed_in().and(Err(Error::Forbidden("this takes a session".into()))),
        }
    }

    /// Whether this is the server's own command line.
    pub fn is_machine(&self) -> bool {
        self.who == Who::Machine
    }

    /// The newsrooms in which the actor has a role.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The actor's place in `newsroom`, if it has one.
    pub fn place(&self, newsroom: NewsroomId) -> Option<&Place> {
        self.places.iter().find(|place| place.newsroom == newsroom)
    }

    /// Whether the actor's role in `newsroom` allows `action`.
    pub fn may(&self, action: Action, newsroom: NewsroomId) -> bool {
        match self.who {
            Who::Machine => !matches!(action, Action::Judge | Action::PublishRuling),
            _ => self.place(newsroom).is_some_and(|place| place.role >= least_role(action)),
        }
    }

    /// Refuses whoever may not do `action` in `newsroom`: strangers as UNAUTHENTICATED, outsiders as if the newsroom did not exist, and
    /// members of too low a role as FORBIDDEN.
    pub fn require(&self, action: Action, newsroom: NewsroomId) -> Result<()> {
        if self.may(action, newsroom) {
            return Ok(());
        }
        self.signed_in()?;
        let place = self.place(newsroom).ok_or(Error::NotFound("newsroom"))?;
        let (least, role) = (least_role(action), place.role);
        Err(Error::Forbidden(format!("this takes the role {} in this newsroom, and you have {}", name(least), name(role)).into()))
    }

    /// Refuses whoever may not know that a `noun` of `newsroom` exists, as if it did not.
    pub fn require_sight(&self, newsroom: NewsroomId, noun: &'static str) -> Result<()> {
        if self.may(Action::Read, newsroom) {
            return Ok(());
        }
        self.signed_in()?;
        Err(Error::NotFound(noun))
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.world.now()
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.world.id()
    }

    /// The world that the actor acts in.
    pub const fn world(&self) -> &World {
        &self.world
    }
}

/// A role's name in the API.
const fn name(role: Role) -> &'static str {
    match role {
        Role::Reader => "READER",
        Role::Reviewer => "REVIEWER",
        Role::Editor => "EDITOR",
        Role::Admin => "ADMIN",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn the_table_of_roles_and_actions() {
        let here = NewsroomId(Uuid::from_u128(1));
        let world = World::real();
        let as_role = |role| {
            let place = Place { newsroom: here, role, policy: Policy::default() };
            Actor::account(AccountId(Uuid::nil()), Credential::Session(SessionId(Uuid::nil())), vec![place], world.clone())
        };
        let outsider = Actor::account(AccountId(Uuid::nil()), Credential::Session(SessionId(Uuid::nil())), vec![], world.clone());
        let actors = [("stranger", Actor::stranger(world.clone())), ("outsider", outsider), ("machine", Actor::machine(world.clone()))];
        let actors: Vec<_> = actors.into_iter().chain(Role::iter().map(|role| (name(role), as_role(role)))).collect();

        let mut table = String::new();
        for action in Action::iter() {
            let _ = write!(table, "{:<18}", format!("{action:?}"));
            for (who, actor) in &actors {
                let answer = match actor.require(action, here) {
                    Ok(()) => "yes",
                    Err(Error::Unauthenticated(_)) => "UNAUTHENTICATED",
                    Err(Error::NotFound(_)) => "NOT_FOUND",
                    Err(Error::Forbidden(_)) => "FORBIDDEN",
                    Err(other) => panic!("{other}"),
                };
                let _ = write!(table, " {who}={answer}");
            }
            table.push('\n');
        }
        insta::assert_snapshot!(table);
    }
}
