//! What stands in the macro's brackets: a path, then names of contracts, all of them texts.

use proc_macro::{TokenStream, TokenTree};

const USAGE: &str = "write the path of a WIT file or folder, relative to Cargo.toml, and the contracts that \
                     are wanted if not all are: contract!(\"wit\", \"demo.greeter@1\")";

pub(crate) struct Input {
    pub(crate) path: String,
    /// `name@major`; none if all contracts are wanted.
    pub(crate) names: Vec<String>,
}

impl Input {
    pub(crate) fn parse(input: TokenStream) -> Result<Self, String> {
        let mut texts = Vec::new();
        let mut tokens = input.into_iter().map(plain);
        while let Some(token) = tokens.next() {
            texts.push(text(&token).ok_or(USAGE)?);
            match tokens.next() {
                None => break,
                Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => {}
                Some(_) => return Err(USAGE.to_owned()),
            }
        }
        let mut texts = texts.into_iter();
        let path = texts.next().ok_or(USAGE)?;
        Ok(Self { path, names: texts.collect() })
    }
}

/// A text that another macro handed on stands in a group that nobody sees.
fn plain(token: TokenTree) -> TokenTree {
    match &token {
        TokenTree::Group(group) if group.delimiter() == proc_macro::Delimiter::None => {
            let mut inner = group.stream().into_iter();
            inner.next().map_or(token, plain)
        }
        _ => token,
    }
}

/// The text of a literal; paths and names have nothing to escape, save a backslash of Windows in a
/// raw text.
fn text(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    let literal = literal.to_string();
    let bare = match literal.strip_prefix('r') {
        Some(raw) => raw.trim_matches('#'),
        None if literal.contains('\\') => return None,
        None => &literal,
    };
    Some(bare.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}
