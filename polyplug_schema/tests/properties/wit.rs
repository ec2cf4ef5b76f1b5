//! Random types as WIT text, each declared by a name.

use polyplug_schema::Type;
use std::collections::HashMap;
use std::fmt::Write;

/// A WIT text in the making.
#[derive(Default)]
pub(crate) struct Wit {
    types: String,
    functions: String,
    names: HashMap<String, String>,
}

impl Wit {
    /// Adds a function that takes and gives a value of the type.
    pub(crate) fn echo(&mut self, name: &str, ty: &Type) {
        let spelled = self.spell(ty);
        writeln!(self.functions, "  %{name}: func(%value: {spelled}) -> {spelled};").unwrap();
    }

    /// The text of the interface, whose contract is `demo.{name}@1`.
    pub(crate) fn text(&self, name: &str) -> String {
        let (types, functions) = (&self.types, &self.functions);
        format!("package demo:{name}@1.0.0;\ninterface {name} {{\n{types}{functions}}}\n")
    }

    /// The type as it is written where it is used.
    fn spell(&mut self, ty: &Type) -> String {
        match ty {
            Type::List(list) => format!("list<{}>", self.spell(list.element())),
            Type::FixedList(list) => {
                format!("list<{}, {}>", self.spell(list.element()), list.len())
            }
            Type::Option(option) => format!("option<{}>", self.spell(option.some())),
            Type::Result(result) => {
                let mut part = |ty: Option<&Type>| ty.map(|ty| self.spell(ty));
                match (part(result.ok()), part(result.err())) {
                    (None, None) => "result".to_owned(),
                    (Some(ok), None) => format!("result<{ok}>"),
                    (None, Some(err)) => format!("result<_, {err}>"),
                    (Some(ok), Some(err)) => format!("result<{ok}, {err}>"),
                }
            }
            Type::Tuple(tuple) => {
                let elements = tuple.elements().iter().map(|element| self.spell(&element.ty));
                format!("tuple<{}>", elements.collect::<Vec<_>>().join(", "))
            }
            Type::Record(record) => {
                let fields = record.fields().iter();
                let fields = fields.map(|f| format!("%{}: {}", f.name, self.spell(&f.ty)));
                let body = fields.collect::<Vec<_>>().join(", ");
                self.declare("record", body)
            }
            Type::Variant(variant) => {
                let cases = variant.cases().iter().map(|case| match &case.ty {
                    Some(ty) => format!("%{}({})", case.name, self.spell(ty)),
                    None => format!("%{}", case.name),
                });
                let body = cases.collect::<Vec<_>>().join(", ");
                self.declare("variant", body)
            }
            Type::Enum(enumeration) => {
                let cases = enumeration.cases().iter().map(|case| format!("%{case}"));
                let body = cases.collect::<Vec<_>>().join(", ");
                self.declare("enum", body)
            }
            Type::Flags(flags) => {
                let flags = flags.flags().iter().map(|flag| format!("%{flag}"));
                let body = flags.collect::<Vec<_>>().join(", ");
                self.declare("flags", body)
            }
            scalar => scalar.kind().to_owned(),
        }
    }

    fn declare(&mut self, kind: &str, body: String) -> String {
        let declaration = format!("{kind} {{ {body} }}");
        if let Some(known) = self.names.get(&declaration) {
            return known.clone();
        }
        let name = format!("t{}", self.names.len());
        writeln!(self.types, "  {kind} {name} {{ {body} }}").unwrap();
        self.names.insert(declaration, name.clone());
        name
    }
}
