//! Actors: the people and programs that act, and the permits that they get.
//!
//! Always true:
//!
//! - An actor may do what its role in a newsroom allows. It cannot find out that other newsrooms exist.
//! - A check gives a [`Permit`], and [`store::write`](crate::domain::store::write) takes one. The write checks it again inside its
//!   transaction, with the rights that the account has by then.
//! - An actor that acts for an audience notices when its account is asked for. All ways to an account or its credentials are here.

mod permit;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use uuid::Uuid;

use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ApiTokenId, NewsroomId, SessionId};
use crate::domain::network::Network;
use crate::domain::permissions::{Action, Rights, least_role, needs_person, traits};
use crate::domain::time::Moment;
use crate::domain::work_queue::Caller;
use crate::domain::world::World;
use permit::Condition;
pub use permit::{Check, Lock, Permit};

/// The credentials that an account presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A session, which begins with a password.
    Session(SessionId),
    /// An API token.
    ApiToken(ApiTokenId),
}

/// The acting account, stranger or machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identity {
    /// A request without credentials.
    Stranger,
    /// The command line on the server's own machine.
    Machine,
    /// An account.
    Account(AccountId, Credential),
}

/// The person or program that acts, its rights, and the clock and randomness they use.
///
/// All copies of an actor share its rights. Each write reads them again and replaces them, so that what follows in the same request uses
/// the new ones.
#[derive(Clone)]
pub struct Actor {
    identity: Identity,
    rights: Arc<RwLock<Arc<[Rights]>>>,
    network: Option<Network>,
    world: World,
    /// Set if the actor acts for an audience.
    witness: Option<Witness>,
}

/// Notices whether anything depends on which account acts, rather than on its rights alone.
#[derive(Clone, Default)]
pub struct Witness(Arc<AtomicBool>);

impl Witness {
    fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has asked which account acts. It stays so.
    pub fn was_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Actor {
    fn new(identity: Identity, rights: Vec<Rights>, world: World) -> Self {
        let rights = Arc::new(RwLock::new(rights.into()));
        Self { identity, rights, network: None, world, witness: None }
    }

    /// The same actor, for reads on behalf of every account with the same rights and the same kind
    /// of credentials. It has no work of its own. If the witness was asked, the result is right for
    /// this account only.
    #[must_use]
    pub fn for_audience(&self) -> (Self, Witness) {
        let witness = Witness::default();
        let rights = Arc::new(RwLock::new(self.rights()));
        let (network, world) = (self.network, self.world.clone());
        let actor = Self {
            identity: self.identity,
            rights,
            network,
            world,
            witness: Some(witness.clone()),
        };
        (actor, witness)
    }

    /// Whether it acts for an audience.
    pub const fn is_audience(&self) -> bool {
        self.witness.is_some()
    }

    /// Notes that somebody asks which account acts.
    fn asked(&self) {
        if let Some(witness) = &self.witness {
            witness.note();
        }
    }

    const fn account_id(&self) -> Option<AccountId> {
        match self.identity {
            Identity::Account(id, _) => Some(id),
            Identity::Stranger | Identity::Machine => None,
        }
    }

    /// The account whose own verdicts are read with those that everybody may see. None for an
    /// audience, whose accounts have none.
    pub fn own(&self) -> Option<AccountId> {
        if self.is_audience() { None } else { self.account_id() }
    }

    /// Its place in the queues of slow work.
    pub fn caller(&self) -> Caller {
        Caller::account(self.account_id())
    }

    /// An actor without credentials.
    pub fn stranger(world: World) -> Self {
        Self::new(Identity::Stranger, Vec::new(), world)
    }

    /// The command line of the server's own machine. It may do everything except judge claims and publish rulings.
    pub fn machine(world: World) -> Self {
        Self::new(Identity::Machine, Vec::new(), world)
    }

    /// An account with these rights.
    pub fn account(
        id: AccountId,
        credential: Credential,
        rights: Vec<Rights>,
        world: World,
    ) -> Self {
        Self::new(Identity::Account(id, credential), rights, world)
    }

    /// The same actor, with the network that the request came from.
    #[must_use]
    pub fn from_network(self, network: Option<Network>) -> Self {
        Self { network, ..self }
    }

    /// The network that the request came from. None for the command line, and where the address is unknown.
    pub const fn network(&self) -> Option<Network> {
        self.network
    }

    /// The account and its credentials, if an account acts.
    pub fn credential(&self) -> Option<(AccountId, Credential)> {
        self.asked();
        match self.identity {
            Identity::Account(id, credential) => Some((id, credential)),
            Identity::Stranger | Identity::Machine => None,
        }
    }

    /// The account that acts, if one does.
    pub fn id(&self) -> Option<AccountId> {
        self.asked();
        self.account_id()
    }

    /// The account that acts. UNAUTHENTICATED for strangers and for the command line.
    pub fn signed_in(&self) -> Result<AccountId> {
        self.asked();
        self.expect_account()
    }

    /// The same for checks that need no id.
    fn expect_account(&self) -> Result<AccountId> {
        self.account_id().ok_or(Error::Unauthenticated(
            "Sign in first: send `Authorization: Bearer <token>` with a token from signIn.",
        ))
    }

    /// The API token that the request was sent with, if it was sent with one.
    pub fn api_token(&self) -> Option<ApiTokenId> {
        self.asked();
        match self.identity {
            Identity::Account(_, Credential::ApiToken(token)) => Some(token),
            Identity::Account(_, Credential::Session(_))
            | Identity::Stranger
            | Identity::Machine => None,
        }
    }

    /// The account and its session. FORBIDDEN with an API token, which may not manage passwords, sessions and tokens.
    pub fn in_session(&self) -> Result<(AccountId, SessionId)> {
        self.asked();
        match self.identity {
            Identity::Account(account, Credential::Session(session)) => Ok((account, session)),
            Identity::Account(_, Credential::ApiToken(_)) => Err(needs_person(None)),
            Identity::Stranger | Identity::Machine => {
                self.signed_in().and(Err(Error::Forbidden("This requires a session.".into())))
            }
        }
    }

    /// Whether this is the server's own command line.
    pub fn is_machine(&self) -> bool {
        self.identity == Identity::Machine
    }

    /// The actor's rights, one entry for each newsroom that it belongs to.
    pub fn rights(&self) -> Arc<[Rights]> {
        Arc::clone(&self.rights.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The actor's rights in `newsroom`, if it has any.
    pub fn rights_in(&self, newsroom: NewsroomId) -> Option<Rights> {
        self.rights().iter().find(|rights| rights.newsroom == newsroom).copied()
    }

    /// Replaces the rights of this actor and of all its copies.
    pub fn renew(&self, rights: Vec<Rights>) {
        *self.rights.write().unwrap_or_else(PoisonError::into_inner) = rights.into();
    }

    /// Whether the actor may do `action` in `newsroom`.
    pub fn may(&self, action: Action, newsroom: NewsroomId) -> bool {
        match self.identity {
            Identity::Machine => !matches!(action, Action::Judge | Action::PublishRuling),
            Identity::Account(_, Credential::ApiToken(_)) if traits(action).needs_person => false,
            Identity::Account(..) | Identity::Stranger => {
                self.rights_in(newsroom).is_some_and(|rights| rights.role.allows(action))
            }
        }
    }

    /// The permit for `action` in `newsroom`. Strangers get UNAUTHENTICATED. Accounts of other newsrooms get NOT_FOUND, as if the newsroom
    /// did not exist. Members with too low a role get FORBIDDEN, and so do API tokens where a person is required.
    pub fn require(&self, action: Action, newsroom: NewsroomId) -> Result<Permit<'_>> {
        if self.may(action, newsroom) {
            let check = Check {
                condition: Condition::Action(action, newsroom),
                newsroom: Some((newsroom, Lock::of(traits(action).changes_rights))),
                account: self.account_id().map(|id| (id, Lock::Shared)),
            };
            return Ok(Permit { actor: self, check });
        }
        self.expect_account()?;
        let rights = self.rights_in(newsroom).ok_or(Error::NotFound("newsroom"))?;
        let (least, role) = (least_role(action), rights.role);
        if role.allows(action) {
            return Err(needs_person(Some(action)));
        }
        Err(Error::Forbidden(
            format!(
                "This requires the role {} in this newsroom. You have {}.",
                least.name(),
                role.name()
            )
            .into(),
        ))
    }

    /// The permit to change the actor's own account and sessions. Requires a session.
    pub fn require_session(&self) -> Result<Permit<'_>> {
        let (account, _) = self.in_session()?;
        Ok(self.permit(Condition::Session).changing(account))
    }

    /// The permit for what only the server's own command line may do. `message` tells everybody else how it is done.
    pub fn require_machine(&self, message: &'static str) -> Result<Permit<'_>> {
        if self.is_machine() {
            Ok(self.permit(Condition::Machine))
        } else {
            Err(Error::Forbidden(message.into()))
        }
    }

    /// The permit for what needs no rights, because a password or an invitation proves enough.
    pub const fn without_rights(&self) -> Permit<'_> {
        self.permit(Condition::Nothing)
    }

    const fn permit(&self, condition: Condition) -> Permit<'_> {
        Permit { actor: self, check: Check { condition, newsroom: None, account: None } }
    }

    /// Answers NOT_FOUND for `noun` unless the actor may read in `newsroom`.
    pub fn require_sight(&self, newsroom: NewsroomId, noun: &'static str) -> Result<()> {
        if self.may(Action::Read, newsroom) {
            return Ok(());
        }
        self.expect_account()?;
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

    /// Runs a computation on whole texts when it is this actor's turn. RATE_LIMITED if too many wait already.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        self.world.queues().texts.run(self.caller(), work).await
    }

    /// The clock, the randomness and the queues that the actor uses.
    pub const fn world(&self) -> &World {
        &self.world
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use sea_orm::Iterable;

    use crate::domain::permissions::{AsOf, Policy, Role};

    use super::*;

    #[test]
    fn the_table_of_roles_and_actions() {
        let here = NewsroomId(Uuid::from_u128(1));
        let world = World::real();
        let as_role = |role| {
            let rights =
                Rights { newsroom: here, role, policy: Policy::default(), as_of: AsOf::default() };
            Actor::account(
                AccountId(Uuid::nil()),
                Credential::Session(SessionId(Uuid::nil())),
                vec![rights],
                world.clone(),
            )
        };
        let token = Actor::account(
            AccountId(Uuid::nil()),
            Credential::ApiToken(ApiTokenId(Uuid::nil())),
            as_role(Role::Admin).rights().to_vec(),
            world.clone(),
        );
        let outsider = Actor::account(
            AccountId(Uuid::nil()),
            Credential::Session(SessionId(Uuid::nil())),
            vec![],
            world.clone(),
        );
        let actors = [
            ("stranger", Actor::stranger(world.clone())),
            ("outsider", outsider),
            ("machine", Actor::machine(world.clone())),
        ];
        let actors: Vec<_> = actors
            .into_iter()
            .chain(Role::iter().map(|role| (role.name(), as_role(role))))
            .chain([("ADMIN-token", token)])
            .collect();

        let mut table = String::new();
        for action in Action::iter() {
            let _ = write!(table, "{:<18}", format!("{action:?}"));
            for (who, actor) in &actors {
                let answer = match actor.require(action, here) {
                    Ok(_) => "yes",
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
