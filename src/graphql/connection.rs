//! Relay connections over the domain's pages.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, Result, SimpleObject, TypeName};

use crate::domain::page::{Key, Page, Total};

/// A page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    page_info: PageInfo,
    total: Total,
}

/// An item of a list, with its cursor.
pub struct Edge<T> {
    key: Key,
    node: T,
}

/// The position of a page within its list.
#[derive(Clone, SimpleObject)]
#[graphql(serial)]
pub struct PageInfo {
    /// Whether there are items after this page.
    pub(super) has_next_page: bool,
    /// Whether there are items before this page.
    pub(super) has_previous_page: bool,
    /// Cursor of the page's first item. Null if the page is empty.
    pub(super) start_cursor: Option<String>,
    /// Cursor of the page's last item. Null if the page is empty.
    pub(super) end_cursor: Option<String>,
}

impl<T> From<Page<T>> for Connection<T> {
    fn from(page: Page<T>) -> Self {
        let page_info = PageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.rows.first().map(|(key, _)| key.to_cursor()),
            end_cursor: page.rows.last().map(|(key, _)| key.to_cursor()),
        };
        Self {
            edges: page.rows.into_iter().map(|(key, node)| Edge { key, node }).collect(),
            page_info,
            total: page.total,
        }
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

/// A page of a list. Cursors stay valid while items are added and removed.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The page's items with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The page's items.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// The position of the page within the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// Number of items in the whole list. It is counted only if you select it.
    async fn total_count(&self) -> Result<i32> {
        Ok(self.total.count().await?)
    }
}

/// An item of a list, with its cursor.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The item's cursor, for `after` and `before`.
    async fn cursor(&self) -> String {
        self.key.to_cursor()
    }

    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }
}
