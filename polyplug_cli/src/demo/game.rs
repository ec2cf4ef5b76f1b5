//! The game as a host: it owns the runtime, asks the bundles in every frame, and follows what
//! becomes of them. A call that fails is told and skipped; the world goes on.

use super::FRAME;
use super::world::{Creature, HEIGHT, Incident, Kind, World};
use crate::loaders;
use crate::show::problem::Problem;
use crossbeam_channel::{Receiver, never};
use polyplug::error::RuntimeError;
use polyplug::events::{Cause, Event, StateOutcome, Timings};
use polyplug::runtime::Runtime;
use polyplug::{CallError, Contract};
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance, StringView};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

// The functions of the contracts, by id.
const STEER: u32 = 0;
const TELL_BOLDNESS: u32 = 1;
const ATE: u32 = 0;
const CAUGHT: u32 = 1;
const TICK: u32 = 2;
const CARD: u32 = 3;
const DRAW: u32 = 0;

/// Longer texts are cut: a line of a screen is far below that.
const LONGEST_HUD: usize = 4096;

/// How long a part is not asked after a call that had to be stopped.
const REST: Duration = Duration::from_secs(3);

/// What `steer` is given.
#[repr(C)]
struct Pond {
    creatures: *mut Creature,
    count: u32,
    frame: u32,
    width: f32,
    height: f32,
    seconds: f32,
    since_start: f32,
}

/// What `draw` is given.
#[repr(C)]
struct Scene {
    fish: u32,
    columns: u32,
    since_start: f64,
}

/// What `card` answers.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ScoreCard {
    pub(crate) points: f64,
    pub(crate) eaten: f64,
    pub(crate) lost: f64,
    pub(crate) combo: f64,
    pub(crate) best: f64,
    pub(crate) combo_left: f64,
}

/// A bundle of the demo and, while it runs, its contract.
struct Part {
    name: &'static str,
    contract: Option<Contract>,
    /// What its newest call said, if that failed.
    call_failure: Option<(String, Problem)>,
    /// Why its newest version does not run, if it does not.
    load_failure: Option<Problem>,
    /// It did not come back from a call in time: until then, or until it was changed, it is not
    /// asked again, or every frame would take that long.
    rests_until: Option<Instant>,
}

/// A reload, as it is told on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Reload {
    pub(crate) bundle: String,
    pub(crate) timings: Timings,
    pub(crate) state: StateOutcome,
}

/// What a poll brought.
#[derive(Clone, Debug)]
pub(crate) enum News {
    Reloaded(Reload),
    Failed,
}

/// What a frame cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) calls: u32,
    pub(crate) in_calls: Duration,
}

/// The runtime with the three bundles.
pub(crate) struct Game {
    runtime: Arc<Runtime>,
    events: Receiver<Event>,
    folder: PathBuf,
    parts: [Part; 3],
    arena: CallArena,
    frame: u32,
    /// The text that hud drew.
    pub(crate) hud: String,
    pub(crate) cost: Cost,
}

const STEERING: usize = 0;
const SCORE: usize = 1;
const HUD: usize = 2;

impl Game {
    /// Loads the bundles in `folder` and watches it.
    pub(crate) fn start(folder: &Path) -> Result<Self, RuntimeError> {
        let builder = loaders::builder().plugin_dir(folder).watch(true).logger(|_, _, _| {});
        let mut events = None;
        let runtime = builder.build_with(|runtime| events = Some(runtime.events()))?;
        let part = |name| Part {
            name,
            contract: None,
            call_failure: None,
            load_failure: None,
            rests_until: None,
        };
        let arena = CallArena::new(runtime.host_abi());
        let mut game = Self {
            runtime,
            events: events.unwrap_or_else(never),
            folder: folder.to_owned(),
            parts: ["steering", "score", "hud"].map(part),
            arena,
            frame: 0,
            hud: String::new(),
            cost: Cost::default(),
        };
        game.read_events();
        game.find_contracts();
        Ok(game)
    }

    /// The frame boundary: takes over what was saved meanwhile.
    pub(crate) fn poll(&mut self) -> Vec<News> {
        // Nothing of ours is inside a call here, so a poll cannot be refused.
        let _ = self.runtime.poll();
        let news = self.read_events();
        self.find_contracts();
        self.forget_mended();
        news
    }

    /// One frame: the bundles say what they want, the world moves, the bundles hear of it.
    pub(crate) fn frame(&mut self, world: &mut World, columns: u32) -> Vec<Incident> {
        self.frame += 1;
        self.cost = Cost::default();
        self.steer(world);
        let incidents = world.step(FRAME);
        for incident in &incidents {
            let (function, fish) = match incident {
                Incident::Ate { fish, .. } => (ATE, *fish),
                Incident::Caught { fish, .. } => (CAUGHT, *fish),
            };
            self.ask::<u32, f64>(SCORE, function, &fish);
        }
        for index in 0..world.creatures.len() {
            if world.creatures[index].kind != Kind::Fish as u32 {
                continue;
            }
            let Some(boldness) = self.ask::<u32, f64>(STEERING, TELL_BOLDNESS, &(index as u32))
            else {
                break;
            };
            world.creatures[index].glow = boldness as f32;
        }
        self.ask::<f64, [u8; 0]>(SCORE, TICK, &f64::from(FRAME));
        self.draw(world, columns);
        incidents
    }

    /// What the score is.
    pub(crate) fn card(&mut self) -> Option<ScoreCard> {
        self.ask::<u8, ScoreCard>(SCORE, CARD, &0)
    }

    /// What is wrong at this moment, the earliest cause first.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &Problem> {
        let loads = self.parts.iter().filter_map(|part| part.load_failure.as_ref());
        let calls = self.parts.iter().filter_map(|part| part.call_failure.as_ref());
        loads.chain(calls.map(|(_, problem)| problem))
    }

    fn steer(&mut self, world: &mut World) {
        let pond = Pond {
            creatures: world.creatures.as_mut_ptr(),
            count: world.creatures.len() as u32,
            frame: self.frame,
            width: world.width,
            height: HEIGHT,
            seconds: FRAME,
            since_start: world.seconds,
        };
        self.ask::<Pond, [u8; 0]>(STEERING, STEER, &pond);
    }

    fn draw(&mut self, world: &World, columns: u32) {
        let fish = world.of(Kind::Fish).count() as u32;
        let scene = Scene { fish, columns, since_start: f64::from(world.seconds) };
        if let Some(view) = self.ask::<Scene, StringView>(HUD, DRAW, &scene) {
            self.hud = text(view);
        }
        let host = self.runtime.host_abi();
        // SAFETY: the runtime's table is readable while the runtime lives.
        let extensions = unsafe { (*host).reserved };
        // SAFETY: the table is never null in this runtime.
        let reset = unsafe { (*extensions).arena_reset };
        // SAFETY: the arena is ours, of this host, and the text in it was copied.
        unsafe { reset(host, &raw mut self.arena) };
    }

    /// Calls a function of a part; `None` if it is not there or fails, which is kept to be shown.
    fn ask<Args, Out: Default>(&mut self, part: usize, function: u32, args: &Args) -> Option<Out> {
        if self.parts[part].rests_until.is_some_and(|end| Instant::now() < end) {
            return None;
        }
        let contract = self.parts[part].contract.as_ref()?;
        let mut out = Out::default();
        let (args, place) = (ptr::from_ref(args).cast(), (&raw mut out).cast());
        let (null, arena) = (GuestContractInstance::null(), &raw mut self.arena);
        let start = Instant::now();
        // SAFETY: the layouts are those that the bundles' own `ffi.cdef` states; whoever edits them
        // plays with fire, which is what a raw contract allows. The arena is this thread's.
        let called = unsafe { contract.call_raw(null, function, args, place, arena) };
        self.cost.in_calls += start.elapsed();
        self.cost.calls += 1;
        match called {
            Ok(()) => {
                self.parts[part].call_went_well(function);
                Some(out)
            }
            Err(error) => {
                self.parts[part].call_failed(&error, &self.folder);
                None
            }
        }
    }

    fn read_events(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Loaded { bundle, .. } => self.mended(&bundle),
                // The same bytes again are no news, and mend nothing.
                Event::Reloaded { cause: Cause::Rebuild, .. } => {}
                Event::Reloaded { bundle, timings, state, .. } => {
                    self.mended(&bundle);
                    news.push(News::Reloaded(Reload { bundle, timings, state }));
                }
                Event::Failed { bundle, path, error, .. } => {
                    let problem = Problem::of_error(&error, &path);
                    if let Some(part) = self.part(&bundle) {
                        part.load_failure = Some(problem);
                    }
                    news.push(News::Failed);
                }
                _ => {}
            }
        }
        news
    }

    fn part(&mut self, bundle: &str) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.name == bundle)
    }

    fn mended(&mut self, bundle: &str) {
        if let Some(part) = self.part(bundle) {
            part.load_failure = None;
            part.call_failure = None;
            part.rests_until = None;
        }
    }

    /// Forgets failures of files that are again what runs: an undo is no reload, so no event comes.
    fn forget_mended(&mut self) {
        if self.parts.iter().all(|part| part.load_failure.is_none()) {
            return;
        }
        for bundle in self.runtime.bundles() {
            if bundle.last_error.is_none() {
                self.part(&bundle.name).map(|part| part.load_failure.take());
            }
        }
    }

    /// Finds contracts of bundles that did not start before.
    fn find_contracts(&mut self) {
        for part in self.parts.iter_mut().filter(|part| part.contract.is_none()) {
            part.contract = self.runtime.contract(&format!("demo.{}@1", part.name)).ok();
        }
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        let host = self.runtime.host_abi();
        // SAFETY: the runtime's table is readable while the runtime lives.
        let extensions = unsafe { (*host).reserved };
        // SAFETY: the table is never null in this runtime.
        let release = unsafe { (*extensions).arena_release };
        // SAFETY: the arena is ours, of this host, and nobody uses it any more.
        unsafe { release(host, &raw mut self.arena) };
    }
}

impl Part {
    /// One function that works does not mend another: only the main one is called in every frame.
    fn call_went_well(&mut self, function: u32) {
        let main = match self.name {
            "score" => TICK,
            _ => 0,
        };
        if function == main {
            self.call_failure = None;
        }
    }

    fn call_failed(&mut self, error: &CallError, folder: &Path) {
        if error.code == AbiErrorCode::TimedOut as u32 {
            self.rests_until = Some(Instant::now() + REST);
        }
        if self.call_failure.as_ref().is_some_and(|(text, _)| *text == error.message) {
            return;
        }
        let folder = folder.join(self.name);
        let problem = Problem::of_script(&error.message, self.name, &folder, None);
        self.call_failure = Some((error.message.clone(), problem));
    }
}

/// A copy of a text that a bundle returned.
fn text(view: StringView) -> String {
    if view.is_null() {
        return String::new();
    }
    // SAFETY: hud allocated the text from this call's arena, which has not been reset since; its
    // length is what hud says, bounded here.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len.min(LONGEST_HUD)) };
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(all(test, feature = "lua"))]
#[expect(clippy::unwrap_used, reason = "the helpers of tests may panic as tests do")]
mod tests;
