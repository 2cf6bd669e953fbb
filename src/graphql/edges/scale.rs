//! Rating scales.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::rating::{self, scale};
use crate::graphql::loaders::{RatingsOf, load};

#[ComplexObject]
impl scale::Model {
    /// Its ratings, in its order.
    async fn ratings(&self, ctx: &Context<'_>) -> Result<Arc<[rating::Model]>> {
        Ok(load(ctx, RatingsOf(self.id)).await?)
    }
}
