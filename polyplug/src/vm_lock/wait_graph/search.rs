//! The rule of the graph, searched exhaustively in a model that takes the steps of `VmLock::wait` and
//! `WaitGraph::register` one by one, for all programs of nested calls.
//!
//! A program enters the VMs of a list one inside the other and leaves them again; a call that answers
//! `WouldDeadlock` ends it early. A commit takes its VMs, in order, by timed attempts that never
//! register, and on failure leaves all it has and starts again.
//!
//! Found: no state in which all threads sleep, from every state a way to the end, and whoever is told
//! `WouldDeadlock` would have been in a circle of threads none of which gives up by itself.

use std::collections::{HashMap, HashSet, VecDeque};

const NOBODY: u8 = u8::MAX;
const DEPTH: usize = 3;

/// Whether the graph is asked before a thread sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Kept,
    Absent,
}

/// A thread's program.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    vms: Vec<u8>,
    timed: bool,
}

/// Where a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    /// About to look whether the next VM is free.
    Look,
    /// It was not; about to register, or, timed, to become the heir.
    Register,
    /// Registered (unless timed); about to become the heir.
    Inherit,
    /// Announced; under the mutex of the sleepers, about to look for the last time.
    LastLook,
    /// Asleep: goes on when the lock is free or its own, or, timed, at any moment.
    Asleep,
    /// Inside at last and still registered.
    Arrived,
    /// About to leave the innermost VM.
    Leave,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Thread {
    at: At,
    /// How many VMs of its program it has entered.
    depth: u8,
    /// A call answered `WouldDeadlock`, or an attempt failed: everything is left.
    unwinding: bool,
    /// The VM it is registered for.
    registered: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Vm {
    owner: u8,
    nested: u8,
    heir: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    threads: Vec<Thread>,
    vms: Vec<Vm>,
}

/// What a step did that is worth counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    Nothing,
    WouldDeadlock,
}

impl State {
    fn first(threads: usize, vms: usize) -> Self {
        let thread = Thread { at: At::Look, depth: 0, unwinding: false, registered: NOBODY };
        let vm = Vm { owner: NOBODY, nested: 0, heir: NOBODY };
        Self { threads: vec![thread; threads], vms: vec![vm; vms] }
    }

    fn is_done(&self) -> bool {
        self.threads.iter().all(|thread| thread.at == At::Done)
    }

    /// As `circle`: who owns what I want, and what does that one wait for?
    fn closes_circle(&self, me: u8, wanted: u8) -> bool {
        let mut owner = self.vms[wanted as usize].owner;
        let mut has_walked = false;
        for _ in 0..=self.threads.len() {
            if owner == NOBODY {
                return false;
            }
            if owner == me {
                return has_walked;
            }
            let next = self.threads[owner as usize].registered;
            if next == NOBODY {
                return false;
            }
            has_walked = true;
            owner = self.vms[next as usize].owner;
        }
        false
    }

    /// The truth that `closes_circle` must find: threads that can only go on after each other, with
    /// `me` among them once it waits for `wanted`.
    fn is_in_circle(&self, me: u8, wanted: u8, programs: &[Program]) -> bool {
        let mut owner = self.vms[wanted as usize].owner;
        for _ in 0..self.threads.len() {
            if owner == NOBODY || owner == me {
                return owner == me;
            }
            let thread = &self.threads[owner as usize];
            let waits = matches!(thread.at, At::Inherit | At::LastLook | At::Asleep)
                && thread.registered != NOBODY;
            let next = programs[owner as usize].vms.get(thread.depth as usize);
            let (true, Some(next)) = (waits, next) else { return false };
            owner = self.vms[*next as usize].owner;
        }
        false
    }

    fn after(&self, me: usize, all: &[Program], rule: Rule) -> Vec<(State, Note)> {
        let mut to = self.clone();
        let (thread, program) = (self.threads[me], &all[me]);
        let name = me as u8;
        let wanted = program.vms.get(thread.depth as usize).copied();
        let mut note = Note::Nothing;
        match thread.at {
            At::Look => {
                let Some(wanted) = wanted else { unreachable!("nothing is wanted any more") };
                let vm = &mut to.vms[wanted as usize];
                if vm.owner == NOBODY {
                    vm.owner = name;
                    to.inside(me, program);
                } else if vm.owner == name {
                    vm.nested += 1;
                    to.inside(me, program);
                } else {
                    to.threads[me].at = if program.timed { At::Inherit } else { At::Register };
                }
            }
            At::Register => {
                let wanted = wanted.expect("waits for a VM");
                if rule == Rule::Kept && self.closes_circle(name, wanted) {
                    assert!(self.is_in_circle(name, wanted, all), "a false alarm: {self:?}");
                    note = Note::WouldDeadlock;
                    to.threads[me].unwinding = true;
                    to.threads[me].at = if thread.depth == 0 { At::Done } else { At::Leave };
                } else {
                    to.threads[me].registered = wanted;
                    to.threads[me].at = At::Inherit;
                }
            }
            At::Inherit => {
                let vm = &mut to.vms[wanted.expect("waits for a VM") as usize];
                if vm.heir == NOBODY {
                    vm.heir = name;
                }
                to.threads[me].at = At::LastLook;
            }
            At::LastLook | At::Asleep => {
                let vm = &mut to.vms[wanted.expect("waits for a VM") as usize];
                if vm.owner == name || vm.owner == NOBODY {
                    vm.owner = name;
                    if vm.heir == name {
                        vm.heir = NOBODY;
                    }
                    to.threads[me].at = At::Arrived;
                } else if program.timed {
                    // The deadline: the inheritance goes back, and so does everything else.
                    let mut given_up = self.clone();
                    let vm = &mut given_up.vms[wanted.expect("waits for a VM") as usize];
                    if vm.heir == name {
                        vm.heir = NOBODY;
                    }
                    let mine = &mut given_up.threads[me];
                    mine.unwinding = true;
                    mine.at = if thread.depth == 0 { At::Look } else { At::Leave };
                    mine.unwinding = thread.depth != 0;
                    return vec![(given_up, note)];
                } else if thread.at == At::LastLook {
                    if vm.heir == NOBODY {
                        vm.heir = name;
                    }
                    to.threads[me].at = At::Asleep;
                } else {
                    // Woken only by who leaves.
                    return Vec::new();
                }
            }
            At::Arrived => {
                to.threads[me].registered = NOBODY;
                to.inside(me, program);
            }
            At::Leave => {
                let vm = &mut to.vms[program.vms[thread.depth as usize - 1] as usize];
                if vm.nested > 0 {
                    vm.nested -= 1;
                } else {
                    vm.owner = std::mem::replace(&mut vm.heir, NOBODY);
                }
                let mine = &mut to.threads[me];
                mine.depth -= 1;
                if mine.depth == 0 {
                    // A commit that failed tries again.
                    mine.at = if mine.unwinding && program.timed { At::Look } else { At::Done };
                    mine.unwinding = false;
                }
            }
            At::Done => return Vec::new(),
        }
        vec![(to, note)]
    }

    fn inside(&mut self, me: usize, program: &Program) {
        let thread = &mut self.threads[me];
        thread.depth += 1;
        let deepest = thread.depth as usize == program.vms.len();
        thread.at = if deepest { At::Leave } else { At::Look };
    }
}

#[derive(Default, Debug)]
struct Count {
    programs: usize,
    states: usize,
    refused: usize,
}

/// Searches all states of these programs.
fn search(programs: &[Program], vms: usize, rule: Rule, count: &mut Count) {
    let first = State::first(programs.len(), vms);
    let mut numbers: HashMap<State, usize> = HashMap::from([(first.clone(), 0)]);
    let mut before: Vec<Vec<usize>> = vec![Vec::new()];
    let mut done = Vec::new();
    let mut next = VecDeque::from([first]);
    while let Some(state) = next.pop_front() {
        let number = numbers[&state];
        let mut moved = false;
        for me in 0..programs.len() {
            for (to, note) in state.after(me, programs, rule) {
                moved = true;
                count.refused += usize::from(note == Note::WouldDeadlock);
                let fresh = numbers.len();
                let known = *numbers.entry(to.clone()).or_insert(fresh);
                if known == fresh {
                    before.push(Vec::new());
                    next.push_back(to);
                }
                before[known].push(number);
            }
        }
        if state.is_done() {
            assert!(state.vms.iter().all(|vm| vm.owner == NOBODY && vm.heir == NOBODY));
            done.push(number);
        } else {
            assert!(moved, "all threads sleep: {programs:?} {state:?}");
        }
    }
    // From every state there is a way to the end.
    let mut reaches: HashSet<usize> = done.iter().copied().collect();
    while let Some(number) = done.pop() {
        for from in &before[number] {
            if reaches.insert(*from) {
                done.push(*from);
            }
        }
    }
    assert_eq!(reaches.len(), numbers.len(), "a state without a way out: {programs:?}");
    count.programs += 1;
    count.states += numbers.len();
}

/// All lists of one to `DEPTH` VMs.
fn programs(vms: u8, timed: bool) -> Vec<Program> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut longest: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..DEPTH {
        longest = longest
            .iter()
            .flat_map(|list| (0..vms).map(move |vm| [list.as_slice(), &[vm]].concat()))
            .collect();
        all.extend(longest.iter().cloned());
    }
    // A commit takes each VM once, in order.
    let ordered = |vms: &[u8]| vms.windows(2).all(|pair| pair[0] < pair[1]);
    let fits = |vms: &Vec<u8>| !timed || ordered(vms);
    all.into_iter().filter(fits).map(|vms| Program { vms, timed }).collect()
}

fn search_all(callers: usize, commits: usize, vms: u8) -> Count {
    let mut count = Count::default();
    let mut chosen: Vec<Vec<Program>> = vec![Vec::new()];
    for thread in 0..callers + commits {
        let choices = programs(vms, thread >= callers);
        // Callers are alike, so the order among them does not matter.
        chosen = chosen
            .into_iter()
            .flat_map(|list| {
                let least = match list.last() {
                    Some(last) if thread < callers => choices.iter().position(|p| p == last),
                    _ => None,
                };
                choices[least.unwrap_or(0)..]
                    .iter()
                    .map(|choice| [list.as_slice(), std::slice::from_ref(choice)].concat())
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    for list in &chosen {
        search(list, vms.into(), Rule::Kept, &mut count);
    }
    println!("{callers} callers, {commits} commits, {vms} VMs: {count:?}");
    count
}

#[test]
fn two_threads_and_two_vms_never_sleep_in_a_circle() {
    assert!(search_all(2, 0, 2).refused > 0);
}

#[test]
fn two_threads_and_three_vms_never_sleep_in_a_circle() {
    assert!(search_all(2, 0, 3).refused > 0);
}

#[test]
fn two_threads_and_a_commit_never_sleep_in_a_circle() {
    assert!(search_all(2, 1, 2).refused > 0);
}

#[test]
#[should_panic(expected = "all threads sleep")]
fn without_the_rule_the_search_finds_the_circle() {
    let order = |vms: [u8; 2]| Program { vms: vms.to_vec(), timed: false };
    search(&[order([0, 1]), order([1, 0])], 2, Rule::Absent, &mut Count::default());
}

/// The circle of three: each thread holds one VM and wants the next.
#[test]
fn three_threads_and_three_vms_never_sleep_in_a_circle() {
    let mut count = Count::default();
    let pairs: Vec<Program> = programs(3, false)
        .into_iter()
        .filter(|program| program.vms.len() == 2 && program.vms[0] != program.vms[1])
        .collect();
    for a in &pairs {
        for b in &pairs {
            for c in &pairs {
                search(&[a.clone(), b.clone(), c.clone()], 3, Rule::Kept, &mut count);
            }
        }
    }
    println!("3 callers, 3 VMs, pairs: {count:?}");
    assert!(count.refused > 0);
}
