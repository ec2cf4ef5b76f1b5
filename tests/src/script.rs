//! The language of scripted bundles: one statement a line, `<place> <action>`.
//!
//! ```text
//! contract test.add@1.2        what follows belongs to it
//! fn add                       function 0: the sum of two u32
//! fn version 3                 function 1: the number 3
//! fn count                     function 2: how often it was called on this object
//! fn call other.thing@1 0      function 3: what function 0 of another contract answers
//! fn wait door                 function 4: 0, after the latch `door` was released
//! fn fail 300 some words       function 5: an error of that code
//! fn stop some words           function 6: an error after which the guest is rebuilt
//! fn panic some words          function 7: a panic, which the guest turns into an error
//! fn hook name                 function 8: what the closure `name` of the loader answers
//! new fail 300 some words      what a constructor does first
//! init hook name               what the start does, in order, after the contracts are registered
//! hand_over fail 300 words     what taking the state over does first
//! close hook name              what closing does
//! forget                       instances are made afresh at a reload
//! no_reentry                   nobody may enter while somebody is inside
//! ```

/// A parsed script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The contracts, in order.
    pub contracts: Vec<ScriptContract>,
    /// What the start does.
    pub init: Vec<Action>,
    /// What taking over the state does first.
    pub hand_over: Vec<Action>,
    /// What closing does.
    pub close: Vec<Action>,
    /// Instances are made afresh at a reload.
    pub forget: bool,
    /// Nobody may enter while somebody is inside.
    pub no_reentry: bool,
}

/// One contract of a script.
#[derive(Clone, Debug, Default)]
pub struct ScriptContract {
    /// The name without the version.
    pub name: String,
    /// Major, minor, patch.
    pub version: [u32; 3],
    /// The functions by their ids.
    pub functions: Vec<Action>,
    /// What a constructor does first.
    pub new: Vec<Action>,
}

/// What a function, a start, a constructor does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The sum of two `u32`.
    Add,
    /// This number.
    Version(u32),
    /// How often it was called on this object.
    Count,
    /// What a function of another contract answers.
    Call(String, u32),
    /// 0, after a latch was released.
    Wait(String),
    /// An error.
    Fail(u32, String),
    /// An error after which the guest is rebuilt.
    Stop(String),
    /// A panic.
    Panic(String),
    /// What a closure of the loader answers.
    Hook(String),
}

impl Script {
    /// Parses a script; the error names the line.
    ///
    /// # Errors
    /// The line that is wrong, from 1, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (u32, String)> {
        let mut script = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                script.add(line).map_err(|problem| (number as u32 + 1, problem))?;
            }
        }
        Ok(script)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let (place, rest) = line.split_once(' ').unwrap_or((line, ""));
        let missing = || "there is no contract yet".to_owned();
        match place {
            "contract" => self.contracts.push(contract(rest)?),
            "fn" => self.contracts.last_mut().ok_or_else(missing)?.functions.push(action(rest)?),
            "new" => self.contracts.last_mut().ok_or_else(missing)?.new.push(action(rest)?),
            "init" => self.init.push(action(rest)?),
            "hand_over" => self.hand_over.push(action(rest)?),
            "close" => self.close.push(action(rest)?),
            "forget" => self.forget = true,
            "no_reentry" => self.no_reentry = true,
            _ => return Err(format!("`{place}` is no statement")),
        }
        Ok(())
    }
}

fn contract(text: &str) -> Result<ScriptContract, String> {
    let (name, version) = text.split_once('@').ok_or("a contract is `name@version`")?;
    let mut numbers = [0; 3];
    for (at, part) in version.split('.').take(3).enumerate() {
        numbers[at] = number(part)?;
    }
    Ok(ScriptContract { name: name.to_owned(), version: numbers, ..ScriptContract::default() })
}

fn action(text: &str) -> Result<Action, String> {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let words = rest.to_owned();
    Ok(match verb {
        "add" => Action::Add,
        "version" => Action::Version(number(rest)?),
        "count" => Action::Count,
        "call" => {
            let (contract, function) = rest.split_once(' ').ok_or("call what?")?;
            Action::Call(contract.to_owned(), number(function)?)
        }
        "wait" => Action::Wait(words),
        "fail" => {
            let (code, message) = rest.split_once(' ').ok_or("fail with which code and words?")?;
            Action::Fail(number(code)?, message.to_owned())
        }
        "stop" => Action::Stop(words),
        "panic" => Action::Panic(words),
        "hook" => Action::Hook(words),
        _ => return Err(format!("`{verb}` is no action")),
    })
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}
