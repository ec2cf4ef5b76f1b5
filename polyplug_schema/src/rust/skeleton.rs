//! A bundle in Rust to begin with: a struct for each contract, whose functions answer the least that
//! they may.

use super::names::{Names, camel, snake};
use super::spelling::{Place, Spelling};
use super::{
    GUEST, NAMES_OF_RUST, RustError, RustSide, docs_of, last_part, module_names, result_of,
};
use crate::{Contract, Function};
use std::fmt::Write;

/// As long as a line of Rust is where nobody says otherwise.
const WIDTH: usize = 100;

/// What stands in the functions of a bundle to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RustBody<'a> {
    /// The least value of each result.
    Least,
    /// This expression, which may use the parameters.
    Expression(&'a str),
}

impl Contract {
    /// The file of a bundle that provides these contracts, which [`Contract::rust_modules`] makes
    /// modules of where the file asks for them: as `rustfmt` would leave it.
    ///
    /// # Errors
    /// As for [`Contract::rust_modules`].
    pub fn rust_bundle<'a>(
        contracts: impl IntoIterator<Item = &'a Self>,
        body: RustBody<'_>,
    ) -> Result<String, RustError> {
        let contracts: Vec<_> = contracts.into_iter().collect();
        let modules = module_names(contracts.iter().copied());
        // What cannot be a module is refused here already.
        Self::rust_modules(contracts.iter().copied(), RustSide::Guest)?;
        let mut taken = Names::of(NAMES_OF_RUST).and("Bundle").and("Error");
        let mut text = String::from(
            "use polyplug_guest::{Bundle, Error};\n\npolyplug_guest::contract!(\"wit\");\n",
        );
        let mut provided = Vec::new();
        for (contract, module) in contracts.into_iter().zip(&modules) {
            let name = taken.fresh_type(&camel(last_part(contract)));
            let skeleton = Skeleton { contract, module, name, body };
            skeleton.write(&mut text)?;
            provided.push(format!("{module}::functions(bundle, {}).provide()", skeleton.name));
        }
        let _ = write!(
            text,
            "\nfn start(bundle: &mut Bundle) -> Result<(), Error> {{\n    {}\n}}\n\n\
             polyplug_guest::plugin!(start);\n",
            provided.join("?;\n    ")
        );
        Ok(text)
    }
}

/// What provides one contract.
struct Skeleton<'a> {
    contract: &'a Contract,
    module: &'a str,
    name: String,
    body: RustBody<'a>,
}

impl Skeleton<'_> {
    fn write(&self, text: &mut String) -> Result<(), RustError> {
        let Self { contract, module, name, .. } = self;
        text.push('\n');
        docs_of(text, "", Some(&format!("Provides `{contract}`.")), "");
        let _ = write!(
            text,
            "#[derive(Clone, Copy)]\nstruct {name};\n\nimpl {module}::Guest for {name} {{\n"
        );
        let spelling =
            Spelling::new(contract, Names::of(NAMES_OF_RUST).and(GUEST))?.outside_of(module);
        let mut names = Names::default();
        for (at, function) in contract.functions().iter().enumerate() {
            if at != 0 {
                text.push('\n');
            }
            docs_of(text, "    ", function.docs(), &format!("`{function}`"));
            let name = names.fresh(&snake(function.name()));
            self.head(text, function, &name, &spelling);
            let _ = match (self.body, function.result()) {
                (RustBody::Expression(body), _) => writeln!(text, "        {body}\n    }}"),
                (RustBody::Least, None) => {
                    writeln!(text, "        Ok(()) // to be written\n    }}")
                }
                (RustBody::Least, Some(_)) => writeln!(
                    text,
                    "        Ok(polyplug_guest::types::least()) // to be written\n    }}"
                ),
            };
        }
        text.push_str("}\n");
        Ok(())
    }

    /// The function up to its body, in one line or with one for each parameter.
    fn head(&self, text: &mut String, function: &Function, name: &str, spelling: &Spelling) {
        let mut names = Names::default();
        let mut parameters = vec!["&self".to_owned()];
        parameters.extend(function.parameters().iter().map(|parameter| {
            let ty = spelling.spell(&parameter.ty, Place::Parameter);
            match (self.body, snake(&parameter.name)) {
                (RustBody::Least, name) => format!("{}: {ty}", names.fresh(&format!("_{name}"))),
                (RustBody::Expression(_), name) => format!("{}: {ty}", names.fresh(&name)),
            }
        }));
        let result = result_of(function, spelling);
        let head =
            format!("    fn {name}({}) -> Result<{result}, Error> {{", parameters.join(", "));
        if head.chars().count() <= WIDTH {
            let _ = writeln!(text, "{head}");
            return;
        }
        let parameters = parameters.join(",\n        ");
        let _ = writeln!(
            text,
            "    fn {name}(\n        {parameters},\n    ) -> Result<{result}, Error> {{"
        );
    }
}
