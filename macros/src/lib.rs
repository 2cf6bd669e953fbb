//! Attributes that the GraphQL schema is written with.

use proc_macro::TokenStream;
use quote::quote;
use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Pat, parse_macro_input, parse_quote};

/// Gives each field with the parameter `slice: Slice` the four arguments of a paged list instead:
/// `first`, `after`, `last` and `before`. The field gets the page that they ask for as `slice`, and
/// is refused if they ask for none that can be.
///
/// Stands above async-graphql's attribute:
///
/// ```ignore
/// #[paging]
/// #[ComplexObject]
/// impl Newsroom {
///     /// The newsroom's articles.
///     async fn articles(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<Article>> {
///         articles(ctx, self.id, &slice).await
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn paging(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut item = parse_macro_input!(item as ItemImpl);
    for member in &mut item.items {
        if let ImplItem::Fn(field) = member {
            expand(field);
        }
    }
    quote!(#item).into()
}

fn expand(field: &mut ImplItemFn) {
    let mut inputs: Vec<FnArg> = field.sig.inputs.iter().cloned().collect();
    let Some(place) = inputs.iter().position(is_slice) else { return };
    let arguments: [FnArg; 4] = [
        parse_quote!(
            #[graphql(desc = "Page size from the start or after `after`, 0 to 100. Default: 25.")]
            first: Option<i32>
        ),
        parse_quote!(
            #[graphql(desc = "Returns only items after this cursor.")]
            after: Option<String>
        ),
        parse_quote!(
            #[graphql(desc = "Page size from the end or before `before`, 0 to 100.")]
            last: Option<i32>
        ),
        parse_quote!(
            #[graphql(desc = "Returns only items before this cursor.")]
            before: Option<String>
        ),
    ];
    inputs.splice(place..=place, arguments);
    field.sig.inputs = inputs.into_iter().collect();
    let parse = parse_quote!(
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
    );
    field.block.stmts.insert(0, parse);
}

fn is_slice(parameter: &FnArg) -> bool {
    let FnArg::Typed(typed) = parameter else { return false };
    matches!(&*typed.pat, Pat::Ident(name) if name.ident == "slice")
}
