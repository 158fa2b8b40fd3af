//! A group in the database: `log.append`, and what `Writer::commit` makes of a refusal.

use super::{Answer, Append, Event, Member, Outcome, Positions, Seen, Session, Stage, Standing, State};

impl Append {
    /// Judges the members and writes all of them, or none if one stands in the way. Under the lock it does not matter that these are
    /// several statements. `None` while a unique index waits for another session.
    pub(super) fn insert(&self, state: &mut State, session: usize) -> Option<()> {
        let Stage::Numbered(head, seen) = state.sessions[session].stage else { return None };
        let seen = seen.unwrap_or_else(|| state.now());
        let group = state.sessions[session].group.clone();
        let (mut standing, mut in_the_way) = (vec![], vec![]);
        for member in group {
            match self.judge(state, seen, member) {
                Outcome::Appended => standing.push(member),
                refused => in_the_way.push((member, refused)),
            }
        }
        if !in_the_way.is_empty() {
            self.go_without(state, session, standing, in_the_way);
            return Some(());
        }
        let (mut events, mut keys, mut claims) = (vec![], 0, vec![]);
        let mut refused = false;
        let mut position = head;
        for member in &standing {
            let command = self.command(*member);
            refused |= command.poisoned;
            for n in 1..=command.events {
                position = match self.guards.positions {
                    Positions::Counted => position + 1,
                    Positions::Sequence => {
                        state.sequence += 1;
                        state.sequence
                    }
                };
                let version = member.expected + n;
                events.push(Event { position, aggregate: command.aggregate, version, command: member.command });
            }
            keys |= 1 << member.command;
            claims.extend(command.claim.map(|name| (name, command.aggregate)));
        }
        if self.guards.constraints {
            let others = || state.sessions.iter().filter_map(Session::written);
            if others().any(|(theirs, held)| doubles(&events, theirs) || keys & held != 0) {
                return None;
            }
            refused |= doubles(&events, &state.log) || keys & state.keys != 0 || doubled(&events);
        }
        if refused {
            self.refuse(state, session);
            return Some(());
        }
        if !self.guards.reply_after_commit {
            for member in standing {
                state.answer(member, Outcome::Appended);
            }
        }
        state.sessions[session].stage = Stage::Inserted { events, keys, claims };
        Some(())
    }

    /// `append_group`: the caller comes again with the others, if it is still there.
    fn go_without(&self, state: &mut State, session: usize, others: Vec<Member>, in_the_way: Vec<(Member, Outcome)>) {
        if state.sessions[session].writer.is_none() {
            state.sessions.remove(session);
            return;
        }
        let seen = (!self.guards.snapshot_after_lock).then(|| state.now());
        let at = &mut state.sessions[session];
        at.stage = if others.is_empty() { Stage::Committed } else { Stage::Waiting(seen) };
        at.group = others;
        at.refused.extend(in_the_way);
    }

    fn judge(&self, state: &State, seen: Seen, member: Member) -> Outcome {
        let command = self.command(member);
        let holder = command.claim.and_then(|name| seen.claims[usize::from(name)]);
        if self.guards.key_check && seen.keys & (1 << member.command) != 0 {
            Outcome::Repeated
        } else if self.guards.version_check && state.version(command.aggregate, seen) != member.expected {
            Outcome::Conflict
        } else if holder.is_some_and(|holder| holder != command.aggregate) {
            Outcome::Claimed
        } else {
            Outcome::Appended
        }
    }

    /// `Writer::commit`, when the database refuses a group: nothing of it stands.
    fn refuse(&self, state: &mut State, session: usize) {
        let refused = state.sessions.remove(session);
        let Some(replica) = refused.writer else { return };
        let mut group = refused.group;
        group.extend(refused.refused.into_iter().map(|(member, _)| member));
        if group.len() > 1 && self.guards.split {
            let second = group.split_off(group.len() / 2);
            state.replicas[usize::from(replica)].todo.extend([second, group]);
            return;
        }
        for member in group {
            if let Some(client) = state.waiting(member) {
                client.standing = Standing::Done(Answer::Poisoned);
            }
        }
    }
}

/// Rows and lock go at once: whoever gets the lock next sees the rows.
pub(super) fn commit(state: &mut State, session: usize) {
    let at = &mut state.sessions[session];
    let Stage::Inserted { events, keys, claims } = at.stage.clone() else { return };
    at.stage = Stage::Committed;
    state.log.extend(events);
    state.keys |= keys;
    for (name, aggregate) in claims {
        state.claims[usize::from(name)].get_or_insert(aggregate);
    }
    if state.sessions[session].writer.is_none() {
        state.sessions.remove(session);
    }
}

/// Whether a row would stand twice in an index of the table of events.
fn doubles(events: &[Event], others: &[Event]) -> bool {
    events.iter().any(|a| {
        others.iter().any(|b| a.position == b.position || (a.aggregate, a.version) == (b.aggregate, b.version))
    })
}

fn doubled(events: &[Event]) -> bool {
    (1..events.len()).any(|n| doubles(&events[n..=n], &events[..n]))
}

impl Session {
    /// What it has written and not committed.
    fn written(&self) -> Option<(&[Event], u8)> {
        match &self.stage {
            Stage::Inserted { events, keys, .. } => Some((events, *keys)),
            _ => None,
        }
    }
}
