//! A host with the Lua loader, and bundles that are written in a line or two.

use polyplug::Contract;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_lua::LuaLoader;
use polyplug_tests::events::EventLog;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::log_book::LogBook;
use polyplug_tests::native_code::CodeLog;
use polyplug_tests::scripted::ScriptedLoader;
use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, Weak};

/// A host whose bundles are Lua.
pub(crate) struct World(pub(crate) Host);

impl Deref for World {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.0
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        Self(Host::with(|builder| options(builder.hot_reload(true).loader(LuaLoader::default()))))
    }

    /// A host whose logger is `logger`, which is given the runtime as well.
    pub(crate) fn logging_to(logger: impl Fn(&Arc<Runtime>, &str) + Send + Sync + 'static) -> Self {
        let place: Arc<OnceLock<Weak<Runtime>>> = Arc::default();
        let (found, log) = (Arc::clone(&place), LogBook::default());
        let sink = log.sink();
        let runtime = RuntimeBuilder::new()
            .hot_reload(true)
            .loader(LuaLoader::default())
            .logger(move |level, scope, message| {
                sink(level, scope, message);
                if let Some(runtime) = found.get().and_then(Weak::upgrade) {
                    logger(&runtime, message);
                }
            })
            .build()
            .unwrap();
        place.set(Arc::downgrade(&runtime)).unwrap();
        let events = EventLog::new(runtime.events());
        let loader = ScriptedLoader::new();
        let (code, folder) = (CodeLog::default(), Folder::new());
        Self(Host { runtime, loader, code, events, log, folder })
    }

    /// Writes the bundle `name`: `more` ends its manifest, `source` is its code as it is.
    pub(crate) fn write(&self, name: &str, more: &str, source: &str) -> PathBuf {
        let folder = self.folder.of(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.lua"), source).unwrap();
        self.folder.manifest(name, &format!("loader = \"lua\"\nfile = \"main.lua\"\n{more}"));
        folder
    }

    /// Loads code as it is.
    pub(crate) fn try_load(
        &self,
        name: &str,
        more: &str,
        source: &str,
    ) -> Result<(), RuntimeError> {
        self.runtime.load_bundle(self.write(name, more, source))
    }

    /// Loads a bundle of [`script`] and finds its contract.
    #[track_caller]
    pub(crate) fn bundle(&self, name: &str, body: &str) -> Contract {
        self.bundle_with(name, "", body)
    }

    /// As [`World::bundle`], with more in the manifest.
    #[track_caller]
    pub(crate) fn bundle_with(&self, name: &str, more: &str, body: &str) -> Contract {
        self.try_load(name, more, &script(name, body)).unwrap();
        self.contract(&format!("{name}.api@1"))
    }

    /// Replaces a bundle of [`script`].
    pub(crate) fn change(&self, name: &str, body: &str) -> Result<(), RuntimeError> {
        self.change_to(name, &script(name, body))
    }

    /// Replaces a bundle by code as it is.
    pub(crate) fn change_to(&self, name: &str, source: &str) -> Result<(), RuntimeError> {
        fs::write(self.folder.of(name).join("main.lua"), source).unwrap();
        self.runtime.reload_bundle(self.folder.of(name))
    }
}

/// Code that provides `{name}.api@1`. In `body`, `functions` is filled and `new` may be defined;
/// `get` reads a number of the arguments, `set` writes the result, `ask` calls another bundle.
pub(crate) fn script(name: &str, body: &str) -> String {
    PREAMBLE.replace('\n', " ")
        + body
        + &format!(
            "\nfunction polyplug_init(host, context)
               local entry = {{ factory = new or function() return {{}} end, functions = functions }}
               return {{ ['{name}.api'] = entry }}, guest.ok()
             end"
        )
}

/// One line, so that `body` begins in line 1.
const PREAMBLE: &str = "local ffi, guest = require('ffi'), require('polyplug_guest')
local number, numbers = ffi.typeof('uint32_t *'), ffi.typeof('const uint32_t *')
local function get(args, at) return ffi.cast(numbers, args)[at or 0] end
local function set(out, value) ffi.cast(number, out)[0] = value end
local function ask(name, id, value)
  local interface = assert(guest.resolve(name, 1))
  local given, out = ffi.new('uint32_t[2]', value or 0), ffi.new('uint32_t[1]')
  local code, message = guest.call(interface, nil, id, given, out)
  return out[0], code, message
end
local functions = {} ";

/// What a loader said about a start that failed.
#[track_caller]
pub(crate) fn reason(error: &RuntimeError) -> &str {
    match error {
        RuntimeError::Loader(LoaderError::InitFailed { error, .. }) => error,
        error => panic!("{error:?}"),
    }
}
