//! The typed form: ordinary Lua values in and out.

mod bad_values;
mod calls;
mod docs;
mod errors;
mod hand_over;
mod host;
mod limits;
mod proxies;
mod sandbox;
mod start;
mod values;

use super::*;
use polyplug::DynamicCallError;
use polyplug::schema::Value;

/// A WIT package with the interface `api` of package `name`.
fn wit(name: &str, body: &str) -> String {
    format!("package {name}:api@1.0.0;\ninterface api {{\n{body}\n}}\n")
}

impl World {
    /// Loads a bundle that provides `{name}.api@1` in the typed form, with its own WIT. The script has
    /// a table `Class` and gives it functions.
    fn load_typed(&self, name: &str, functions: &str, script: &str) -> Contract {
        self.try_load_typed(name, "", functions, script).unwrap();
        self.runtime.contract(&format!("{name}.api@1")).unwrap()
    }

    fn try_load_typed(
        &self,
        name: &str,
        more: &str,
        functions: &str,
        script: &str,
    ) -> Result<(), RuntimeError> {
        let folder = self.write_typed(name, more, functions, script);
        self.runtime.load_bundle(folder)
    }

    fn write_typed(&self, name: &str, more: &str, functions: &str, script: &str) -> PathBuf {
        let more = format!("wit = \"wit\"\n{more}");
        let folder = self.write(name, &more, &typed_script(name, script));
        fs::create_dir_all(folder.join("wit")).unwrap();
        fs::write(folder.join("wit/api.wit"), wit(name, functions)).unwrap();
        folder
    }

    fn reload_typed(&self, name: &str, script: &str) -> Result<(), RuntimeError> {
        let folder = self.folder.path().join(name);
        fs::write(folder.join("main.lua"), typed_script(name, script)).unwrap();
        self.runtime.reload_bundle(folder)
    }
}

fn typed_script(name: &str, script: &str) -> String {
    format!(
        "local Class = {{}}\nClass.__index = Class\n{script}\nreturn {{ [\"{name}.api@1\"] = Class }}\n"
    )
}

/// What a failed call says.
fn refusal(result: Result<Value, DynamicCallError>) -> String {
    result.unwrap_err().to_string()
}
