//! Runs of the checker, and what a run must show.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    fmt::Debug,
    hash::{DefaultHasher, Hash, Hasher},
    time::Instant,
};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

/// Whether the bounds of a long run are asked for: `KIM_MODEL=deep`.
#[must_use]
pub fn is_deep() -> bool {
    std::env::var("KIM_MODEL").is_ok_and(|wanted| wanted == "deep")
}

/// What the checker saw of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// States that differ.
    pub states: usize,
    /// Steps of the longest shortest way to a state.
    pub depth: usize,
}

/// Visits every state of a model: each `always` holds in all of them, each `sometimes` in one.
///
/// # Panics
/// With the shortest way to the state that breaks a property, or when a `sometimes` was nowhere: the model is too small to say.
pub fn holds<M>(title: &str, model: M) -> Seen
where
    M: Model + Send + Sync + 'static,
    M::State: Debug + Clone + Hash + PartialEq + Send + Sync,
    M::Action: Debug + Clone + PartialEq,
{
    let began = Instant::now();
    let threads = if is_deep() { std::thread::available_parallelism().map_or(1, Into::into) } else { 1 };
    let checker = model.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let seen = Seen { states: checker.unique_state_count(), depth: checker.max_depth() };
    let discoveries = checker.discoveries();
    for property in checker.model().properties() {
        match (property.expectation, discoveries.get(property.name)) {
            (Expectation::Sometimes, None) => panic!("{title}: never seen: {}", property.name),
            (Expectation::Sometimes, Some(_)) | (_, None) => {}
            (_, Some(path)) => panic!("{title}: broken: {}\n{}", property.name, told(path)),
        }
    }
    say(title, "holds", seen, began);
    seen
}

/// Runs a model that lacks a guard until the named property is broken.
///
/// # Panics
/// When it is not: then the guard is not what keeps the property, or the model does not see what it is for.
pub fn breaks<M>(title: &str, model: M, property: &'static str) -> Seen
where
    M: Model + Send + Sync + 'static,
    M::State: Debug + Clone + Hash + PartialEq + Send + Sync,
    M::Action: Debug + Clone + PartialEq,
{
    let began = Instant::now();
    let wanted = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = model.checker().finish_when(wanted).spawn_bfs().join();
    let seen = Seen { states: checker.unique_state_count(), depth: checker.max_depth() };
    let Some(path) = checker.discovery(property) else {
        panic!("{title}: nothing breaks \"{property}\" in {} states", seen.states)
    };
    say(title, &format!("found in {} steps", path.clone().into_actions().len()), seen, began);
    trace(&format!("broken: {property}"), &path);
    seen
}

/// A model that must come to rest by itself, whatever went wrong before.
pub trait Recovering: Model {
    /// Whether a step is something that goes wrong: recovery does not wait for it.
    fn is_fault(&self, action: &Self::Action) -> bool;

    /// Whether all is done that was to be done.
    fn is_well(&self, state: &Self::State) -> bool;
}

/// From each state there is a way, without any further fault, to one in which all is well. With steps that are taken in the end
/// if they stay possible, that is what `eventually` means; the checker's own `eventually` does not see through cycles.
///
/// # Panics
/// With the shortest way to a state from which there is none.
pub fn recovers<M>(title: &str, model: &M) -> Seen
where
    M: Recovering,
    M::State: Debug + Clone + Hash + PartialEq,
    M::Action: Debug + Clone + PartialEq,
{
    let began = Instant::now();
    let graph = Graph::of(model);
    let seen = graph.seen();
    if let Some(lost) = graph.lost() {
        panic!("{title}: nothing leads on from here\n{}", told(&graph.path(model, lost)));
    }
    say(title, "recovers", seen, began);
    seen
}

/// There is a state from which nothing leads to one in which all is well.
///
/// # Panics
/// When there is none.
pub fn gets_stuck<M>(title: &str, model: &M) -> Seen
where
    M: Recovering,
    M::State: Debug + Clone + Hash + PartialEq,
    M::Action: Debug + Clone + PartialEq,
{
    let began = Instant::now();
    let graph = Graph::of(model);
    let seen = graph.seen();
    let Some(lost) = graph.lost() else { panic!("{title}: it recovers from each of {} states", seen.states) };
    let path = graph.path(model, lost);
    say(title, &format!("stuck after {} steps", path.clone().into_actions().len()), seen, began);
    trace("stuck", &path);
    seen
}

/// All states, in the order in which they are first met, and the faultless steps between them.
struct Graph {
    /// The state and the number of the action by which a state was first met; none for a first state.
    came_by: Vec<(Option<usize>, usize)>,
    /// From which states a faultless step leads to a state.
    before: Vec<Vec<usize>>,
    well: Vec<usize>,
    depth: usize,
}

impl Graph {
    fn of<M>(model: &M) -> Self
    where
        M: Recovering,
        M::State: Hash,
    {
        let mut graph = Self { came_by: vec![], before: vec![], well: vec![], depth: 1 };
        let mut known: HashMap<u64, usize> = HashMap::new();
        let mut waiting = VecDeque::new();
        for (n, state) in model.init_states().into_iter().enumerate() {
            let index = graph.meet(model, &state, (None, n));
            known.insert(fingerprint(&state), index);
            waiting.push_back((state, index, 1));
        }
        let mut actions = Vec::new();
        while let Some((state, index, depth)) = waiting.pop_front() {
            graph.depth = depth;
            model.actions(&state, &mut actions);
            for (n, action) in actions.drain(..).enumerate() {
                let is_fault = model.is_fault(&action);
                let Some(next) = model.next_state(&state, action) else { continue };
                let to = *known.entry(fingerprint(&next)).or_insert_with(|| {
                    let to = graph.meet(model, &next, (Some(index), n));
                    waiting.push_back((next, to, depth + 1));
                    to
                });
                if !is_fault {
                    graph.before[to].push(index);
                }
            }
        }
        graph
    }

    fn meet<M: Recovering>(&mut self, model: &M, state: &M::State, by: (Option<usize>, usize)) -> usize {
        let index = self.came_by.len();
        self.came_by.push(by);
        self.before.push(vec![]);
        if model.is_well(state) {
            self.well.push(index);
        }
        index
    }

    fn seen(&self) -> Seen {
        Seen { states: self.came_by.len(), depth: self.depth }
    }

    /// The first state that leads to none in which all is well.
    fn lost(&self) -> Option<usize> {
        let mut leads = vec![false; self.came_by.len()];
        let mut waiting = self.well.clone();
        while let Some(index) = waiting.pop() {
            if !std::mem::replace(&mut leads[index], true) {
                waiting.extend(&self.before[index]);
            }
        }
        leads.iter().position(|leads| !leads)
    }

    fn path<M>(&self, model: &M, to: usize) -> Path<M::State, M::Action>
    where
        M: Recovering,
        M::State: Clone + PartialEq,
        M::Action: Clone + PartialEq,
    {
        let mut numbers = vec![];
        let mut at = to;
        while let (Some(from), n) = self.came_by[at] {
            numbers.push(n);
            at = from;
        }
        let first = model.init_states().swap_remove(self.came_by[at].1);
        let mut state = first.clone();
        let mut taken = vec![];
        for n in numbers.into_iter().rev() {
            let mut actions = vec![];
            model.actions(&state, &mut actions);
            let action = actions.swap_remove(n);
            state = model.next_state(&state, action.clone()).expect("the step was taken before");
            taken.push(action);
        }
        Path::from_actions(model, first, &taken).expect("the way was gone before")
    }
}

fn fingerprint(state: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

fn told<S: Debug + Clone, A: Debug + Clone>(path: &Path<S, A>) -> String {
    let steps: Vec<String> = path.clone().into_actions().iter().map(|action| format!("  {action:?}")).collect();
    format!("{}\n{:#?}", steps.join("\n"), path.last_state())
}

/// Prints a way, where it is asked for.
fn trace<S: Debug + Clone, A: Debug + Clone>(what: &str, path: &Path<S, A>) {
    if std::env::var_os("KIM_MODEL_TRACE").is_some() {
        println!("{what}\n{}", told(path));
    }
}

fn say(title: &str, outcome: &str, seen: Seen, began: Instant) {
    println!(
        "{title}: {outcome}; {} states, depth {}, {:.2} s",
        seen.states,
        seen.depth,
        began.elapsed().as_secs_f64()
    );
}
