//! What may happen next.

use stateright::{Model, Property};

use super::{Answer, Append, Command, Member, Outcome, Session, Stage, Standing, State, group::commit, property};
use crate::check::Recovering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A client decides on what is committed, and hands its member to a replica.
    Ask {
        client: u8,
        replica: u8,
    },
    /// A client's deadline passed; its member goes on.
    Impatient {
        client: u8,
    },
    /// The writer task takes a group to a session.
    Group {
        replica: u8,
    },
    /// A session gets the lock, and reads the head in its next statement: nobody commits between the two.
    Lock {
        session: usize,
    },
    Insert {
        session: usize,
    },
    Commit {
        session: usize,
    },
    Reply {
        session: usize,
    },
    /// The backend finds that nobody listens any more.
    Abort {
        session: usize,
    },
    /// The connection breaks; the backend may go on.
    Cut {
        session: usize,
    },
    Crash {
        replica: u8,
    },
    /// The reader reads what is after its position.
    Read,
}

impl Model for Append {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (client, standing) in (0..).zip(&state.clients) {
            match standing.standing {
                Standing::Asking => actions.extend((0..self.replicas).map(|replica| Action::Ask { client, replica })),
                Standing::Waiting { .. } if state.patience > 0 => actions.push(Action::Impatient { client }),
                _ => {}
            }
        }
        for (replica, writer) in (0..).zip(&state.replicas) {
            let is_idle = state.session_of(replica).is_none();
            if is_idle && !(writer.held.is_empty() && writer.todo.is_empty()) {
                actions.push(Action::Group { replica });
            }
            if state.crashes > 0 && !(is_idle && writer.held.is_empty()) {
                actions.push(Action::Crash { replica });
            }
        }
        for (session, at) in state.sessions.iter().enumerate() {
            match &at.stage {
                Stage::Waiting(_) if self.guards.lock && state.sessions.iter().any(Session::is_locked) => {}
                Stage::Waiting(_) => actions.push(Action::Lock { session }),
                Stage::Numbered(..) => actions.push(Action::Insert { session }),
                Stage::Inserted { .. } => actions.push(Action::Commit { session }),
                Stage::Committed => actions.push(Action::Reply { session }),
            }
            match at.writer {
                None => actions.push(Action::Abort { session }),
                Some(_) if state.cuts > 0 => actions.push(Action::Cut { session }),
                Some(_) => {}
            }
        }
        if state.log.iter().any(|event| event.position > state.read) {
            actions.push(Action::Read);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Ask { client, replica } => self.ask(&mut state, client, replica),
            Action::Impatient { client } => state.lost(client.into()),
            Action::Group { replica } => self.group(&mut state, replica),
            Action::Lock { session } => {
                let Stage::Waiting(seen) = state.sessions[session].stage else { return None };
                let visible = seen.unwrap_or_else(|| state.now()).events;
                let head = state.log[..visible].iter().map(|event| event.position).max().unwrap_or(0);
                state.sessions[session].stage = Stage::Numbered(head, seen);
            }
            Action::Insert { session } => self.insert(&mut state, session)?,
            Action::Commit { session } => commit(&mut state, session),
            Action::Reply { session } => {
                let done = state.sessions.remove(session);
                let appended = done.group.into_iter().map(|member| (member, Outcome::Appended));
                for (member, outcome) in appended.chain(done.refused) {
                    state.answer(member, outcome);
                }
            }
            Action::Abort { session } => {
                state.sessions.remove(session);
            }
            Action::Cut { session } => {
                state.cuts -= 1;
                state.sessions[session].writer = None;
                let at = &state.sessions[session];
                let refused = at.refused.iter().map(|(member, _)| *member);
                for member in at.group.iter().copied().chain(refused).collect::<Vec<_>>() {
                    state.unavailable(member);
                }
                state.forget(session);
            }
            Action::Crash { replica } => {
                state.crashes -= 1;
                state.replicas[usize::from(replica)] = super::Replica::default();
                if let Some(session) = state.session_of(replica) {
                    state.sessions[session].writer = None;
                    state.forget(session);
                }
                for client in 0..self.commands.len() {
                    if state.clients[client].standing == (Standing::Waiting { replica }) {
                        state.lost(client);
                    }
                }
            }
            Action::Read => {
                let from = state.read;
                for (n, event) in state.log.iter().enumerate().filter(|(_, event)| event.position > from) {
                    state.was_given |= 1 << n;
                    state.read = state.read.max(event.position);
                }
            }
        }
        state.sessions.sort();
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        property::all()
    }
}

impl Append {
    pub(super) fn command(&self, member: Member) -> Command {
        self.commands[usize::from(member.command)]
    }

    /// `Repository::execute`: a refusal is given only after a look whether the request was carried out before.
    fn ask(&self, state: &mut State, client: u8, replica: u8) {
        let command = self.commands[usize::from(client)];
        let expected = state.version(command.aggregate, state.now());
        let was_done = state.keys & (1 << client) != 0;
        let asking = &mut state.clients[usize::from(client)];
        if command.first_only && expected > 0 {
            let repeats = was_done && self.guards.asks_before_refusing;
            asking.standing = Standing::Done(if repeats { Answer::Repeated } else { Answer::Refused });
            return;
        }
        asking.standing = Standing::Waiting { replica };
        let attempt = asking.attempt;
        state.replicas[usize::from(replica)].held.push(Member { command: client, attempt, expected });
    }

    /// `Writer::commit` takes what is left of a refused group first; then `Writer::next_group`.
    fn group(&self, state: &mut State, replica: u8) {
        let seen = (!self.guards.snapshot_after_lock).then(|| state.now());
        let writer = &mut state.replicas[usize::from(replica)];
        let group = writer.todo.pop().unwrap_or_else(|| {
            let (mut group, mut left): (Vec<Member>, Vec<Member>) = (vec![], vec![]);
            let mut aggregates = 0_u8;
            for member in writer.held.drain(..) {
                let command = self.command(member);
                let clashes = aggregates & (1 << command.aggregate) != 0
                    || group.iter().any(|other| {
                        other.command == member.command
                            || (self.guards.clashes
                                && command.claim.is_some()
                                && self.command(*other).claim == command.claim)
                    });
                aggregates |= 1 << command.aggregate;
                if clashes { left.push(member) } else { group.push(member) }
            }
            writer.held = left;
            group
        });
        state.sessions.push(Session { writer: Some(replica), group, refused: vec![], stage: Stage::Waiting(seen) });
    }
}

impl Session {
    fn is_locked(&self) -> bool {
        matches!(self.stage, Stage::Numbered(..) | Stage::Inserted { .. })
    }
}

impl State {
    /// No answer will come to a client, or it is not waited for.
    fn lost(&mut self, client: usize) {
        let client = &mut self.clients[client];
        client.attempt += 1;
        if self.patience == 0 {
            client.standing = Standing::Unknown;
        } else {
            self.patience -= 1;
            client.standing = Standing::Asking;
        }
    }

    /// The client that waits for this very attempt.
    pub(super) fn waiting(&mut self, member: Member) -> Option<&mut super::Client> {
        let client = &mut self.clients[usize::from(member.command)];
        let waits = matches!(client.standing, Standing::Waiting { .. }) && client.attempt == member.attempt;
        waits.then_some(client)
    }

    pub(super) fn answer(&mut self, member: Member, outcome: Outcome) {
        let Some(client) = self.waiting(member) else { return };
        client.standing = match outcome {
            Outcome::Appended => Standing::Done(Answer::Appended),
            Outcome::Repeated => Standing::Done(Answer::Repeated),
            Outcome::Claimed => Standing::Done(Answer::Claimed),
            // `Repository::execute` decides again.
            Outcome::Conflict => Standing::Asking,
        };
    }

    fn unavailable(&mut self, member: Member) {
        if self.waiting(member).is_some() {
            self.lost(member.command.into());
        }
    }

    /// A session that nobody waits for and that has nothing left to do is of no interest.
    fn forget(&mut self, session: usize) {
        if matches!(self.sessions[session].stage, Stage::Committed) {
            self.sessions.remove(session);
        }
    }
}

impl Recovering for Append {
    fn is_fault(&self, action: &Action) -> bool {
        matches!(action, Action::Crash { .. } | Action::Cut { .. } | Action::Impatient { .. } | Action::Abort { .. })
    }

    /// Every client has its answer, or has given up, and the reader has read all.
    fn is_well(&self, state: &State) -> bool {
        state.clients.iter().all(|client| matches!(client.standing, Standing::Done(_) | Standing::Unknown))
            && state.sessions.is_empty()
            && state.was_given.count_ones() as usize == state.log.len()
    }
}
