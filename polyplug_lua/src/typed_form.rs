//! The typed form: the chunk returned classes by contract, as in `{ ["demo.greeter@1"] = Greeter }`.
//!
//! The functions that the description names are looked up in the class once, here; a call needs no
//! look-up. `new`, `save` and `restore` belong to the runtime: a function of a contract that is called
//! so is the method `new_`, `save_` or `restore_`.

use crate::frame::Frame;
use crate::marshal::compile::{self, lua_name};
use crate::marshal::plan::ContractPlan;
use crate::registration::{Describe, Factory, Functions, Registration};
use crate::report::Failure;
use crate::state::{Kind, REGISTRY};
use crate::typed_call;
use crate::vm::Vm;
use polyplug::error::{DescriptionError, LoaderError, RuntimeError};
use polyplug::loader::manifest::ContractName;
use std::ffi::c_int;

/// What the runtime calls itself.
const OWN_METHODS: [&str; 3] = ["new", "save", "restore"];

const EMPTY: &str = "the chunk returns an empty table; in the typed form there are classes in it by \
                     contract, as in `return { [\"demo.greeter@1\"] = Greeter }`";

/// A class of the table, by its key.
struct Class {
    key: String,
    plan: ContractPlan,
    /// What its methods are called, by function id.
    names: Vec<String>,
    factory: Option<Factory>,
    methods: Vec<c_int>,
}

/// Reads the table of classes, number `classes` of the registry; the contracts, sorted by name.
pub(crate) fn read(
    vm: &Vm,
    classes: c_int,
    describe: Describe<'_>,
) -> Result<Vec<Registration>, LoaderError> {
    let sources = &vm.context().sources;
    let failed = |problem: String| sources.init_failed(problem, None);
    let keys = read_keys(vm, classes).map_err(|failure| failure.of_start(sources))?;
    let mut read: Vec<Class> = Vec::new();
    for key in keys.map_err(failed)? {
        let contract = contract_of(&key).map_err(failed)?;
        let Some(description) = describe(&contract.identity())? else {
            let bundle = sources.bundle().to_owned();
            let undescribed =
                DescriptionError::Undescribed { contract: contract.identity(), bundle };
            return Err(LoaderError::refused(sources.bundle(), RuntimeError::from(undescribed)));
        };
        let plan = compile::plan(&description, &vm.context().names);
        let functions = description.functions().iter();
        let names = functions.map(|function| method_name(function.name())).collect();
        read.push(Class { key, plan, names, factory: None, methods: Vec::new() });
    }
    let mut problem = None;
    let ran = vm.run(&mut |frame| {
        let context = vm.context();
        context.names.fill(frame);
        context.names.push_table(frame);
        frame.push_closure(typed_call::run, 1);
        context.runner.set(frame.keep());
        for class in &mut read {
            frame.set_top(0);
            if problem.is_none() {
                problem = class.read(frame, classes, &sources.shown_main());
            }
        }
        frame.forget(classes);
    });
    ran.map_err(|failure| failure.of_start(sources))?;
    if let Some(problem) = problem {
        return Err(failed(problem));
    }
    Ok(read.into_iter().map(|class| class.registration(sources.bundle())).collect())
}

/// The keys of the table, sorted, or what is wrong with them.
fn read_keys(vm: &Vm, classes: c_int) -> Result<Result<Vec<String>, String>, Failure> {
    let (mut keys, mut problem) = (Vec::new(), None);
    vm.run(&mut |frame| {
        frame.raw_get_number(REGISTRY, classes);
        frame.push_nil();
        while frame.next(1) {
            match frame.kind(2) {
                Kind::String => keys.push(frame.text(2)),
                kind => problem = Some(kind.name()),
            }
            frame.pop(1);
        }
    })?;
    keys.sort_unstable();
    Ok(match problem {
        None if keys.is_empty() => Err(EMPTY.to_owned()),
        None => Ok(keys),
        Some(kind) => Err(format!(
            "a key of the table that the chunk returns is a {kind}; the keys are contracts, such as \
             \"demo.greeter@1\""
        )),
    })
}

fn contract_of(key: &str) -> Result<ContractName, String> {
    let parsed = key.parse::<ContractName>().ok();
    let named = parsed.filter(|contract| contract.minor.is_none() && contract.patch.is_none());
    named.ok_or_else(|| {
        format!(
            "{key:?} is not the name of a contract; write its name and its major version, as in \
             \"demo.greeter@1\""
        )
    })
}

impl Class {
    /// Looks the class's functions up; what is wrong with it.
    fn read(&mut self, frame: Frame, classes: c_int, file: &str) -> Option<String> {
        const CLASS: c_int = 2;
        frame.raw_get_number(REGISTRY, classes);
        frame.push_text(&self.key);
        frame.raw_get(1);
        let kind = frame.kind(CLASS);
        if kind != Kind::Table {
            let (key, kind) = (&self.key, kind.name());
            return Some(format!(
                "{file} returns a {kind} for {key:?} instead of a class, a table"
            ));
        }
        frame.get_field(CLASS, c"new");
        self.factory = Some(match frame.kind(-1) {
            Kind::Function => Factory::Class(frame.keep()),
            Kind::Nil => {
                frame.push_value(CLASS);
                Factory::OnlyObject(frame.keep())
            }
            kind => {
                let (key, kind) = (&self.key, kind.name());
                return Some(format!(
                    "{key}: `new` of its class is a {kind} instead of a function"
                ));
            }
        });
        for (number, name) in self.names.iter().enumerate() {
            frame.set_top(CLASS);
            frame.push_text(name);
            frame.get_value(CLASS);
            if frame.kind(-1) != Kind::Function {
                return Some(self.missing(number, frame.kind(-1), file));
            }
            self.methods.push(frame.keep());
        }
        None
    }

    fn missing(&self, number: usize, found: Kind, file: &str) -> String {
        let function = self.plan.described(number);
        let (key, method) = (&self.key, &self.names[number]);
        let parameters: Vec<String> =
            function.parameters().iter().map(|parameter| lua_name(&parameter.name)).collect();
        let parameters = parameters.join(", ");
        let found = match found {
            Kind::Nil => "has no method",
            _ => "has something else than a function in",
        };
        format!(
            "{key}: the class that {file} returns {found} `{method}` for the function `{function}`; \
             define `function Class:{method}({parameters})`"
        )
    }

    fn registration(self, bundle: &str) -> Registration {
        let contract = &self.plan.contract;
        Registration {
            name: contract.name().to_owned(),
            version: contract.version(),
            plugin_name: bundle.to_owned(),
            factory: self.factory.unwrap_or(Factory::OnlyObject(0)),
            functions: Functions::Typed { methods: self.methods, plan: self.plan },
        }
    }
}

/// The method that a function of a contract is.
fn method_name(function: &str) -> String {
    let mut name = lua_name(function);
    if OWN_METHODS.contains(&&*name) {
        name.push('_');
    }
    name
}
