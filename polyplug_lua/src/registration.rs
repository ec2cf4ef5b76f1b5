//! Starting a bundle: its chunk runs and says which contracts the bundle provides, in one of two forms.
//!
//! In the typed form it returns classes by contract ([`typed_form`](crate::typed_form)); in the raw form
//! it defines `polyplug_init`, which returns tables of functions ([`raw_form`](crate::raw_form)).

use crate::libraries::Libraries;
use crate::marshal::plan::ContractPlan;
use crate::raw_form::Reading;
use crate::report::Failure;
use crate::sources::Sources;
use crate::state::{GLOBALS, Kind, Status};
use crate::typed_form;
use crate::vm::Vm;
use polyplug::error::LoaderError;
use polyplug::schema::Contract;
use polyplug_abi::{AbiErrorCode, BundleInitContext, Version};
use std::ffi::c_int;
use std::sync::Arc;

/// Gives the description of a contract, by `name@major`.
pub(crate) type Describe<'a> = &'a dyn Fn(&str) -> Result<Option<Arc<Contract>>, LoaderError>;

/// A contract that the bundle provides. The numbers are references of the VM's registry.
pub(crate) struct Registration {
    /// Without the major.
    pub(crate) name: String,
    pub(crate) version: Version,
    pub(crate) plugin_name: String,
    pub(crate) functions: Functions,
    pub(crate) factory: Factory,
}

/// The functions of a contract, by function id and without gaps.
pub(crate) enum Functions {
    /// They are called with addresses.
    Raw(Vec<c_int>),
    /// They are methods, called with values.
    Typed { methods: Vec<c_int>, plan: ContractPlan },
}

/// What makes the objects of a contract.
#[derive(Clone, Copy)]
pub(crate) enum Factory {
    /// A function that is given the host and the constructor's arguments, as addresses.
    Raw(c_int),
    /// `Class.new`.
    Class(c_int),
    /// A class without `new` is itself the only object.
    OnlyObject(c_int),
}

impl Registration {
    pub(crate) fn new(functions: Functions) -> Self {
        Self {
            name: String::new(),
            version: Version::default(),
            plugin_name: String::new(),
            functions,
            factory: Factory::OnlyObject(0),
        }
    }
}

impl Functions {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Raw(functions) => functions.len(),
            Self::Typed { methods, .. } => methods.len(),
        }
    }

    /// The description of the contract, which the typed form has.
    pub(crate) fn description(&self) -> Option<&Arc<Contract>> {
        match self {
            Self::Raw(_) => None,
            Self::Typed { plan, .. } => Some(&plan.contract),
        }
    }
}

/// What the chunk left behind. It lives outside of the protected call that fills it.
#[derive(Default)]
struct Started {
    reading: Reading,
    failure: Option<Failure>,
    /// The table of classes, in the registry.
    classes: Option<c_int>,
}

/// Runs the bundle's chunk, and its `polyplug_init` if it has one; the contracts, sorted by name.
///
/// # Errors
/// `InitFailed` with the reason, or that of a description that is missing.
pub(crate) fn start(
    vm: &Vm,
    context: *const BundleInitContext,
    describe: Describe<'_>,
) -> Result<Vec<Registration>, LoaderError> {
    let sources = &vm.context().sources;
    let Some(main) = sources.main_file() else {
        return Err(no_main(sources));
    };
    let mut started = Started::default();
    let ran = vm.run(&mut |frame| {
        if frame.load_text(&main.bytes, &main.chunk) != Status::Done {
            started.failure = Some(Failure::take(*frame, Status::Syntax));
            return;
        }
        frame.call(0, 1);
        let returned = frame.kind(-1);
        frame.push_bytes(b"polyplug_init");
        frame.raw_get(GLOBALS);
        let has_init = frame.kind(-1) == Kind::Function;
        let reading = &mut started.reading;
        match (returned, has_init) {
            (Kind::Table, true) => reading.problem = Some(both_forms(&sources.shown_main())),
            (Kind::Table, false) => {
                frame.pop(1);
                started.classes = Some(frame.keep());
            }
            (_, false) => reading.problem = Some(no_form(&sources.shown_main())),
            (_, true) if vm.context().libraries == Libraries::Sandbox => {
                reading.problem = Some(SANDBOXED.to_owned());
            }
            (_, true) => {
                frame.push_address(vm.context().host);
                frame.push_address(context);
                frame.call(2, 2);
                reading.read_results(frame, frame.top() - 1, sources.bundle());
            }
        }
    });
    ran.map_err(|failure| failure.of_start(sources))?;
    if let Some(failure) = started.failure {
        return Err(failure.of_start(sources));
    }
    if let Some(problem) = started.reading.problem {
        return Err(sources.init_failed(problem, None));
    }
    match started.classes {
        Some(classes) => typed_form::read(vm, classes, describe),
        None => Ok(started.reading.registrations),
    }
}

const SANDBOXED: &str = "polyplug_init is the raw form, which needs ffi, and a sandbox has none; return \
                         classes instead (the typed form), or set `sandbox = false` in the \
                         manifest's [lua]";

fn no_form(file: &str) -> String {
    format!(
        "{file} does not define the global function polyplug_init(host, ctx), nor does it return classes \
         by contract, as in `return {{ [\"demo.greeter@1\"] = Greeter }}`"
    )
}

fn both_forms(file: &str) -> String {
    format!(
        "{file} returns a table, which is the typed form, and defines polyplug_init, which is the raw \
         form; keep one of them"
    )
}

/// The failure of a factory that returned nothing.
pub(crate) fn no_object(registration: &Registration) -> Failure {
    let name = &registration.name;
    let factory = match registration.factory {
        Factory::Raw(_) => "factory",
        _ => "`new`",
    };
    Failure::new(
        AbiErrorCode::Generic,
        format!("contract `{name}`: its {factory} returned nil instead of an object"),
    )
}

/// Why the bundle's file was not read: by the name alone, as it is with the files that this loader reads.
pub(crate) fn no_main(sources: &Sources) -> LoaderError {
    sources.init_failed(why_no_main(&sources.shown_main()), None)
}

fn why_no_main(file: &str) -> String {
    let ends_with = |endings: &[&str]| endings.iter().any(|ending| file.ends_with(ending));
    let (what, loader) = if file.contains(".so.") || ends_with(&[".so", ".dylib", ".dll"]) {
        ("a library", "native")
    } else if ends_with(&[".wasm", ".wat"]) {
        ("a component", "wasm")
    } else if ends_with(&[".lua"]) {
        return format!("there is no file `{file}`; correct `file` in the manifest");
    } else {
        return format!(
            "`{file}` is no file that this loader reads, whose names end in `.lua`; correct `file` or \
             `loader` in the manifest"
        );
    };
    format!(
        "`{file}` is {what}, which this loader cannot run; write `loader = \"{loader}\"` in the manifest"
    )
}
