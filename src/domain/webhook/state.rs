//! How far a webhook has come, its secret, and its last attempts. None of it is on record.

use sea_orm::entity::prelude::*;

use crate::domain::ids::WebhookId;
use crate::domain::time::Moment;

/// The number of attempts of a webhook that are kept.
pub const MOST_DELIVERIES: u64 = 50;

/// How far a webhook has come, and its secret.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_states")]
pub struct Model {
    /// The webhook.
    #[sea_orm(primary_key, auto_increment = false)]
    pub webhook_id: WebhookId,
    /// The newsroom's log.
    pub log: String,
    /// The number of the last event that was delivered, or that was not wanted.
    pub last_number: i32,
    /// The number of attempts to deliver the next event that failed.
    pub failures: i32,
    /// The earliest time of the next attempt.
    pub next_attempt_at: Moment,
    /// The secret, which begins with `whsec_`.
    pub secret: String,
    /// The secret before this one.
    pub previous_secret: Option<String>,
    /// The time until which messages are signed with the previous secret, too.
    pub previous_until: Option<Moment>,
    /// The lease of the server that sends.
    pub lease: Option<Uuid>,
    /// The end of the lease, in seconds since 1970 by the database's clock.
    pub leased_until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Attempts to deliver an event.
pub mod delivery {
    use async_graphql::SimpleObject;
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::WebhookId;
    use crate::domain::time::Moment;

    /// An attempt to deliver an event.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
    #[sea_orm(table_name = "webhook_deliveries")]
    #[graphql(name = "WebhookDelivery")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        #[graphql(skip)]
        pub id: Uuid,
        #[graphql(skip)]
        pub webhook_id: WebhookId,
        /// The number of the event.
        pub number: i32,
        /// The number of the attempt: 1, 2, 3 and so on. 0 if an admin asked for it.
        pub attempt: i32,
        /// The time of the attempt.
        pub attempted_at: Moment,
        /// How long it took, in milliseconds.
        pub milliseconds: i32,
        /// The status code of the answer. Null if there was no answer. 200 to 299 is a success.
        pub status: Option<i32>,
        /// The reason why it failed. Null if it succeeded.
        pub error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Events that an admin wants to be sent again.
pub mod resend {
    use sea_orm::entity::prelude::*;

    use crate::domain::ids::WebhookId;

    /// An event that an admin wants to be sent again.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_resends")]
    pub struct Model {
        /// The webhook.
        #[sea_orm(primary_key, auto_increment = false)]
        pub webhook_id: WebhookId,
        /// The number of the event.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
