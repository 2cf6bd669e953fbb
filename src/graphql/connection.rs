//! Relay connections over the domain's pages.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, Result, SimpleObject, TypeName};

use crate::domain::page::{Key, Page, Total};

/// One page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    page_info: PageInfo,
    total: Total,
}

/// An item of a list, with its place.
pub struct Edge<T> {
    key: Key,
    node: T,
}

/// Where a page stands in its list.
#[derive(Clone, SimpleObject)]
#[graphql(serial)]
pub struct PageInfo {
    /// Whether the list goes on after this page.
    has_next_page: bool,
    /// Whether the list begins before this page.
    has_previous_page: bool,
    /// The cursor of the page's first item; none if the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the page's last item; none if the page is empty.
    end_cursor: Option<String>,
}

impl<T> From<Page<T>> for Connection<T> {
    fn from(page: Page<T>) -> Self {
        let page_info = PageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.rows.first().map(|(key, _)| key.to_cursor()),
            end_cursor: page.rows.last().map(|(key, _)| key.to_cursor()),
        };
        Self { edges: page.rows.into_iter().map(|(key, node)| Edge { key, node }).collect(), page_info, total: page.total }
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// One page of a list. Cursors stay right while items are added and removed around them.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The page's items, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The page's items.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in its list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many items the whole list holds. Counted only when asked for.
    async fn total_count(&self) -> Result<i32> {
        Ok(self.total.count().await?)
    }
}

/// An item of a list, with its place.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The item's place, for `after` and `before`.
    async fn cursor(&self) -> String {
        self.key.to_cursor()
    }

    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }
}
