//! An account as its owner sees it, in the response to the request that signs the owner in.
//!
//! The request itself stays anonymous: only the fields below the account are read for the owner.

use std::borrow::Cow;

use async_graphql::dataloader::DataLoader;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    Context, ContextSelectionSet, Data, OutputType, Positioned, Result, ServerResult, Value,
};

use crate::domain::people::account;
use crate::domain::people::session::Begun;
use crate::graphql::RequestContext;
use crate::graphql::loaders::{self, BatchReader};

/// An account, and what its fields are read with.
pub struct AsOwner {
    account: account::Model,
    data: Data,
}

impl AsOwner {
    /// The account of a session that has just begun.
    pub async fn of(ctx: &Context<'_>, begun: &Begun) -> Result<Self> {
        let actor = begun.actor(ctx.db(), ctx.actor()).await?;
        let ratings = ctx.data_unchecked::<DataLoader<BatchReader>>().loader().ratings();
        let mut data = Data::default();
        data.insert(loaders::for_request(ctx.db().clone(), actor.clone(), ratings));
        data.insert(actor);
        Ok(Self { account: begun.account.clone(), data })
    }
}

impl OutputType for AsOwner {
    fn type_name() -> Cow<'static, str> {
        account::Model::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        account::Model::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut own = ctx.clone();
        own.execute_data = Some(&self.data);
        self.account.resolve(&own, field).await
    }
}
