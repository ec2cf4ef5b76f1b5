//! What the header declares. It reads the C that cbindgen writes, and no other.

/// A declaration that compiled programs rely on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Declaration {
    /// `#define name value`
    Constant { name: String, value: String },
    /// A struct or a union whose fields are known.
    Record { name: String, fields: Vec<Field> },
    /// The type of a function that is passed around.
    Callback { name: String, signature: Signature },
    /// A function of the library.
    Function { name: String, signature: Signature },
}

/// A field, with its type as C writes it, without names in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// What a function takes and gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) result: String,
    /// As they are declared, names included.
    pub(crate) parameters: Vec<String>,
}

impl Signature {
    /// Without the names of the parameters, which nothing compiled knows.
    pub(crate) fn nameless(&self) -> String {
        let parameters: Vec<String> = self.parameters.iter().map(|one| kind_of(one)).collect();
        format!("{} ({})", self.result, parameters.join(", "))
    }
}

/// All declarations, in the order of the header.
pub(crate) fn of(header: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    let mut code = String::new();
    for line in header.lines() {
        let line = line.trim_end();
        if let Some(definition) = line.strip_prefix("#define ") {
            found.extend(constant(definition));
        } else if !line.starts_with('#') && !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push(' ');
        }
    }
    found.extend(statements(&code).iter().filter_map(|statement| declaration(statement)));
    found
}

/// Only what is a number; the other definitions are for compilers.
fn constant(definition: &str) -> Option<Declaration> {
    let (name, value) = definition.split_once(' ')?;
    value
        .starts_with(|first: char| first.is_ascii_digit() || first == '-')
        .then(|| Declaration::Constant { name: name.to_owned(), value: value.to_owned() })
}

/// The code in pieces that end with a `;`, or with the `}` of a function, outside of braces.
fn statements(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut piece = String::new();
    let mut depth = 0;
    // cbindgen knows no namespace; the one brace that stays open is that of `extern "C"`.
    for character in code.replace("extern \"C\" {", "").chars() {
        piece.push(character);
        depth += match character {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        let is_body = character == '}' && !piece.trim_start().starts_with("typedef");
        if depth <= 0 && (character == ';' || is_body) {
            depth = 0;
            found.push(plain(&piece));
            piece.clear();
        }
    }
    found
}

/// One space between words, no tags, no semicolon.
fn plain(piece: &str) -> String {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let text = words.join(" ").replace("struct Polyplug", "Polyplug");
    text.replace("union Polyplug", "Polyplug").trim_end_matches(';').trim_end().to_owned()
}

fn declaration(statement: &str) -> Option<Declaration> {
    if let Some(function) = statement.strip_prefix("POLYPLUG_API ") {
        let (before, parameters) = function.split_once('(')?;
        let (result, name) = split_name(before);
        return Some(Declaration::Function { name, signature: signature(result, parameters) });
    }
    let definition = statement.strip_prefix("typedef ")?;
    if let Some((name, body)) = definition.split_once(" {") {
        let fields = body.rsplit_once('}')?.0;
        let fields = fields.split(';').filter(|field| !field.trim().is_empty()).map(field);
        return Some(Declaration::Record {
            name: name.trim().to_owned(),
            fields: fields.collect(),
        });
    }
    let (result, rest) = definition.split_once("(*")?;
    let (name, parameters) = rest.split_once(")(")?;
    let signature = signature(result.trim(), parameters);
    Some(Declaration::Callback { name: name.to_owned(), signature })
}

fn signature(result: &str, parameters: &str) -> Signature {
    let parameters = parameters.trim_end_matches(')');
    let parameters = parameters.split(',').map(|parameter| parameter.trim().to_owned());
    Signature { result: result.trim().to_owned(), parameters: parameters.collect() }
}

fn field(text: &str) -> Field {
    let text = text.trim();
    if let Some((result, rest)) = text.split_once("(*")
        && let Some((name, parameters)) = rest.split_once(")(")
    {
        let kind = signature(result, parameters).nameless();
        return Field { name: name.to_owned(), kind };
    }
    let (text, length) = text.split_at(text.find('[').unwrap_or(text.len()));
    let (kind, name) = split_name(text);
    Field { name, kind: format!("{kind}{length}") }
}

/// `const char *name` as its type and its name.
fn split_name(text: &str) -> (&str, String) {
    let text = text.trim();
    let start = text.rfind([' ', '*']).map_or(0, |at| at + 1);
    (text[..start].trim_end(), text[start..].to_owned())
}

/// The type of a parameter that may have a name.
fn kind_of(parameter: &str) -> String {
    let words: Vec<&str> = parameter.split_whitespace().collect();
    let is_nameless = words.len() == 1 || parameter.ends_with('*');
    if is_nameless { parameter.to_owned() } else { split_name(parameter).0.to_owned() }
}
