//! The raw form: what `polyplug_init` returned. Every shape it could get wrong is named with contract and
//! field.

use crate::frame::Frame;
use crate::registration::{Factory, Functions, Registration};
use crate::report::whole_number;
use crate::state::Kind;
use polyplug_abi::Version;
use std::ffi::{CStr, c_int};

/// What reading the results has found so far. It lives outside of the protected call that fills it.
#[derive(Default)]
pub(crate) struct Reading {
    names: Vec<String>,
    pub(crate) registrations: Vec<Registration>,
    pub(crate) problem: Option<String>,
}

impl Reading {
    /// Reads the two results of `polyplug_init`, of which the first is at `index`.
    pub(crate) fn read_results(&mut self, frame: Frame, index: c_int, bundle: &str) {
        self.read_outcome(frame, index + 1);
        if self.problem.is_some() {
            return;
        }
        let kind = frame.kind(index);
        if kind != Kind::Table {
            self.problem = Some(format!(
                "polyplug_init returned a {} where the table of registrations belongs",
                kind.name()
            ));
            return;
        }
        self.read_names(frame, index);
        for number in 0..self.names.len() {
            if self.problem.is_some() {
                return;
            }
            frame.push_text(&self.names[number]);
            frame.raw_get(index);
            self.registrations.push(Registration::new(Functions::Raw(Vec::new())));
            self.read_registration(frame, number, bundle);
            frame.set_top(index + 1);
        }
    }

    /// Reads `{ code = .., message = .. }`.
    fn read_outcome(&mut self, frame: Frame, index: c_int) {
        match frame.kind(index) {
            Kind::Nil => return,
            Kind::Table => {}
            kind => {
                let found = kind.name();
                self.problem = Some(format!(
                    "polyplug_init returned a {found} as its second result; {{ code = 0 }} belongs there"
                ));
                return;
            }
        }
        let code = field(frame, index, c"code");
        if code == Kind::Nil {
            return;
        }
        let Some(code) = whole_number(*frame, -1) else {
            let found = code.name();
            self.problem = Some(format!("polyplug_init returned a {found} as error code"));
            return;
        };
        if code == 0 {
            return;
        }
        self.problem = Some(format!("polyplug_init returned error code {code}"));
        if field(frame, index, c"message") == Kind::String
            && let Some(problem) = &mut self.problem
        {
            problem.push_str(": ");
            problem.push_str(&frame.text(-1));
        }
    }

    fn read_names(&mut self, frame: Frame, registrations: c_int) {
        frame.push_nil();
        while frame.next(registrations) {
            if frame.kind(-2) != Kind::String {
                let found = frame.kind(-2).name();
                self.problem = Some(format!(
                    "a key of registrations is a {found}; the keys are names of contracts"
                ));
                return;
            }
            self.names.push(frame.text(-2));
            frame.pop(1);
        }
        self.names.sort_unstable();
    }

    /// Reads the entry on top of the stack.
    fn read_registration(&mut self, frame: Frame, number: usize, bundle: &str) {
        let entry = frame.top();
        let read = match self.registrations.last_mut() {
            Some(registration) => registration.read(frame, entry, &self.names[number], bundle),
            None => Ok(()),
        };
        if let Err(problem) = read {
            self.problem = Some(format!("contract `{}`: {problem}", self.names[number]));
        }
    }
}

impl Registration {
    /// Fills in what `entry` says; everything read so far stays in `self`.
    fn read(&mut self, frame: Frame, entry: c_int, name: &str, bundle: &str) -> Result<(), String> {
        if name.is_empty() || name.contains('@') {
            return Err("write the name without the version; that is `contract_version`".to_owned());
        }
        name.clone_into(&mut self.name);
        expect(frame.kind(entry), Kind::Table, "its entry")?;
        self.version = read_version(frame, entry)?;
        match field(frame, entry, c"plugin_name") {
            Kind::Nil => bundle.clone_into(&mut self.plugin_name),
            Kind::String => self.plugin_name = frame.text(-1),
            kind => expect(kind, Kind::String, "plugin_name")?,
        }
        expect(field(frame, entry, c"factory"), Kind::Function, "factory")?;
        self.factory = Factory::Raw(frame.keep());
        expect(field(frame, entry, c"functions"), Kind::Table, "functions")?;
        self.read_functions(frame, frame.top())
    }

    fn read_functions(&mut self, frame: Frame, table: c_int) -> Result<(), String> {
        let Functions::Raw(functions) = &mut self.functions else { return Ok(()) };
        let mut count = 0;
        frame.push_nil();
        while frame.next(table) {
            let Some(index) = whole_number(*frame, -2) else {
                let key = match frame.kind(-2) {
                    Kind::String => format!("\"{}\"", frame.text(-2)),
                    Kind::Number => frame.number(-2).to_string(),
                    kind => kind.name().to_owned(),
                };
                return Err(format!("functions[{key}]: the keys are the functions' ids, from 0"));
            };
            if frame.kind(-1) != Kind::Function {
                let found = frame.kind(-1).name();
                return Err(format!("functions[{index}] is a {found} instead of a function"));
            }
            count += 1;
            frame.pop(1);
        }
        for index in 0..count {
            frame.raw_get_number(table, index);
            if frame.kind(-1) != Kind::Function {
                return Err(format!(
                    "functions[{index}] is missing; number the functions from 0 without gaps"
                ));
            }
            functions.push(frame.keep());
        }
        Ok(())
    }
}

/// Pushes `table[name]` without metamethods.
fn field(frame: Frame, table: c_int, name: &CStr) -> Kind {
    frame.push_bytes(name.to_bytes());
    frame.raw_get(table);
    frame.kind(-1)
}

fn expect(found: Kind, expected: Kind, what: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (found.name(), expected.name());
    Err(match found {
        "nil" => format!("{what} is missing; a {expected} belongs there"),
        found => format!("{what} is a {found} instead of a {expected}"),
    })
}

/// `contract_version`: a major, or a text like "1.2.3".
fn read_version(frame: Frame, entry: c_int) -> Result<Version, String> {
    let stated = match field(frame, entry, c"contract_version") {
        Kind::Nil => return Ok(Version { major: 1, minor: 0, patch: 0 }),
        Kind::Number => {
            if let Some(major) = whole_number(*frame, -1) {
                return Ok(Version { major, minor: 0, patch: 0 });
            }
            frame.number(-1).to_string()
        }
        Kind::String => {
            let text = frame.text(-1);
            if let Some(version) = parse_version(&text) {
                return Ok(version);
            }
            text
        }
        kind => kind.name().to_owned(),
    };
    Err(format!("contract_version is {stated}; write the major as a number, or \"1.2.3\""))
}

fn parse_version(text: &str) -> Option<Version> {
    let mut parts = [0; 3];
    let mut given = text.split('.');
    for (part, digits) in parts.iter_mut().zip(&mut given) {
        *part = digits.parse().ok()?;
    }
    let [major, minor, patch] = parts;
    given.next().is_none().then_some(Version { major, minor, patch })
}
