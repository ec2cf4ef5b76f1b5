//! `contract!`: a module of Rust for each contract of a WIT file or folder.
//!
//! | module | what it does |
//! |---|---|
//! | `input` | reads what stands in the macro's brackets |
//! | `description` | reads the WIT, and names its files for the compiler |

mod description;
mod input;

use description::Description;
use input::Input;
use polyplug_schema::{Contract, RustSide};
use proc_macro::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A typed caller for each contract of a WIT file or folder, in a module that is called like the
/// interface. Use it as `polyplug::contract!`.
///
/// The path is relative to the folder of `Cargo.toml`. Names of contracts behind it choose among
/// those that the WIT has: `contract!("wit", "demo.greeter@1")`.
#[proc_macro]
pub fn contract(input: TokenStream) -> TokenStream {
    expand(input, |description| {
        let wit = description.expression();
        let side = RustSide::Caller { wit: &wit };
        Contract::rust_modules(description.contracts(), side)
    })
}

/// A trait for each contract of a WIT file or folder, in a module that is called like the interface.
/// Use it as `polyplug_guest::contract!`.
///
/// Path and names are those of `polyplug::contract!`.
#[proc_macro]
pub fn guest_contract(input: TokenStream) -> TokenStream {
    expand(input, |description| {
        let modules = Contract::rust_modules(description.contracts(), RustSide::Guest)?;
        Ok(modules + &description.dependencies())
    })
}

fn expand(
    input: TokenStream,
    modules: impl FnOnce(&Description) -> Result<String, polyplug_schema::RustError>,
) -> TokenStream {
    let text = Input::parse(input).and_then(|input| {
        let description = Description::read(&input)?;
        modules(&description).map_err(|error| error.to_string())
    });
    let tokens = text.and_then(|text| {
        text.parse().map_err(|error| format!("this is a bug of polyplug: {error} in\n{text}"))
    });
    tokens.unwrap_or_else(|message| error(&message))
}

/// `compile_error!("message");` at the macro.
fn error(message: &str) -> TokenStream {
    let message = TokenTree::from(Literal::string(message));
    let group = proc_macro::Group::new(proc_macro::Delimiter::Parenthesis, message.into());
    let tokens: [TokenTree; 4] = [
        Ident::new("compile_error", Span::call_site()).into(),
        Punct::new('!', Spacing::Alone).into(),
        group.into(),
        Punct::new(';', Spacing::Alone).into(),
    ];
    tokens.into_iter().collect()
}
