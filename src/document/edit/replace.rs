//! Any value in place of any other.

use super::find::{Found, Slot};
use super::{Context, EditError, Plan};
use crate::document::emit::flow;
use crate::document::scan;
use crate::document::tree::{Kind, Node};
use crate::document::value::Value;
use crate::policy::place::Route;

impl Context<'_> {
    pub(super) fn set_value(&self, at: &Route, value: &Value) -> Result<Vec<Plan>, EditError> {
        if self.doc.root().is_none() && at.is_root() {
            let text = match value {
                Value::Seq(items) if !items.is_empty() => self.manner.items(items, 0, true),
                Value::Map(entries) if !entries.is_empty() => self.manner.entries(entries, 0, true),
                _ => flow(value),
            };
            return Ok(vec![self.append(&text)]);
        }
        let found = self.find(at)?;
        let scalar = matches!(found.node.kind(), Kind::Scalar(_) | Kind::Alias(_));
        if scalar && !value.is_collection() {
            return Ok(self.scalar_plans(found, value));
        }
        let mut plans: Vec<Plan> = self.piecewise(found, value).into_iter().collect();
        plans.extend(self.value_plans(found, value));
        Ok(plans)
    }

    /// The ways to write a value anew where another one stands.
    pub(super) fn value_plans(&self, found: Found, value: &Value) -> Vec<Plan> {
        let span = found.node.span();
        if found.in_flow {
            let colon = match found.slot {
                Slot::Pair(entry) if entry.colon.is_none() => ": ",
                _ if span.is_empty() => " ",
                _ => "",
            };
            return vec![
                Plan::default().splice(span.range(), format!("{colon}{}", flow(value))).dropping(span.range()),
            ];
        }
        let old = self.text.get(span.range()).unwrap_or_default();
        let brackets = Plan::default();
        let brackets = if old.is_empty() {
            let at = self.slot_end(found.slot, found.node);
            brackets.splice(at..at, format!(" {}", flow(value)))
        } else if self.starts_below(found) {
            let at = self.slot_end(found.slot, found.node);
            let first = scan::line_start(self.text, span.start);
            let end = self.tail(span.end);
            brackets
                .splice(at..at, format!(" {}", flow(value)))
                .splice(scan::before_line_break(self.text, first)..end, "")
        } else {
            brackets.splice(span.range(), flow(value))
        };
        let brackets = brackets.dropping(span.start..self.tail(span.end));
        let keeps_brackets = found.node.is_flow() && old.len() > 2 && !old.contains('\n');
        let flow_first = keeps_brackets && flow(value).len() <= 120;
        let mut plans = Vec::new();
        if flow_first || is_empty(value) {
            plans.push(brackets.clone());
        }
        if !is_empty(value) {
            let block_now = matches!(found.node.kind(), Kind::Mapping(_) | Kind::Sequence(_)) && !found.node.is_flow();
            plans.extend(self.block_value(found, value, if block_now { Some(false) } else { None }));
        }
        plans.push(brackets);
        plans
    }

    /// A value laid out as it would be if it were new.
    fn block_value(&self, found: Found, value: &Value, flow: Option<bool>) -> Vec<Plan> {
        let span = found.node.span();
        let column = found.slot.column(self.text);
        let full = match found.slot {
            Slot::Root => match value {
                Value::Seq(items) if !items.is_empty() => self.manner.items(items, 0, true),
                Value::Map(entries) if !entries.is_empty() => self.manner.entries(entries, 0, true),
                _ => crate::document::emit::inline_scalar(value, false),
            },
            Slot::Pair(_) => self.manner.after_key(value, column, flow),
            Slot::Item(_) => self.manner.after_dash(value, column, flow),
        };
        if matches!(found.slot, Slot::Root) {
            return vec![Plan::default().splice(span.range(), full).dropping(span.range())];
        }
        let from = self.slot_end(found.slot, found.node);
        let end = self.tail(span.end.max(from));
        let drop = from..end;
        let close = if end == self.text.len() && full.contains(self.manner.eol) { self.manner.eol } else { "" };
        let mut plans = Vec::new();
        // The comment on the line of the key stays there, between what goes on this line and what goes below it.
        let (head, body) = match full.find(self.manner.eol) {
            Some(at) => full.split_at(at),
            None => (full.as_str(), ""),
        };
        let line_end = scan::line_end(self.text, from);
        if self.starts_below(found) {
            let keep = self.tail(from);
            let plan = Plan::default().splice(from..from, head).splice(keep..end, format!("{body}{close}"));
            plans.push(plan.dropping(keep..end));
        } else if span.end <= line_end {
            let plan = Plan::default().splice(from..span.end.max(from), head);
            plans.push(plan.splice(end..end, format!("{body}{close}")));
        }
        plans.push(Plan::default().splice(from..end, format!("{full}{close}")).dropping(drop));
        plans
    }

    /// Whether the value starts on a line below its key or dash.
    fn starts_below(&self, found: Found) -> bool {
        let from = self.slot_end(found.slot, found.node);
        from <= found.node.span().start && self.text[from..found.node.span().start].contains(['\n', '\r'])
    }

    /// Only what differs is written: what stays the same keeps its text and its comments.
    fn piecewise(&self, found: Found, value: &Value) -> Option<Plan> {
        let old = Value::of(found.node);
        if old == *value && !matches!(found.node.kind(), Kind::Alias(_)) {
            return Some(Plan::default());
        }
        let in_flow = found.in_flow || found.node.is_flow();
        match (found.node.kind(), value) {
            (Kind::Sequence(sequence), Value::Seq(new)) if !new.is_empty() && !sequence.items.is_empty() => {
                let old: Vec<Value> = found.node.items().map(Value::of).collect();
                let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
                let rest = (old.len() - head).min(new.len() - head);
                let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
                let (old_mid, new_mid) = (old.len() - head - tail, new.len() - head - tail);
                let both = old_mid.min(new_mid);
                let mut plan = Plan::default();
                for (item, new) in sequence.items.iter().zip(new).skip(head).take(both) {
                    plan = plan.and(self.part(Found { node: &item.value, slot: Slot::Item(item), in_flow }, new)?);
                }
                if old_mid > both {
                    plan = plan.and(self.remove_run(found, head + both..head + old_mid).into_iter().next_back()?);
                }
                if new_mid > both {
                    plan = plan.and(self.insert_run(found, head + both, &new[head + both..head + new_mid])?);
                }
                Some(plan)
            }
            (Kind::Mapping(mapping), Value::Map(new)) if !new.is_empty() && !mapping.entries.is_empty() => {
                // Only where the pairs stay the same ones, in the same order.
                let same_keys = mapping.entries.len() == new.len()
                    && mapping.entries.iter().zip(new).all(|(entry, (key, _))| entry.name() == Some(key));
                if !same_keys {
                    return None;
                }
                mapping.entries.iter().zip(new).try_fold(Plan::default(), |plan, (entry, (_, value))| {
                    let found = Found { node: &entry.value, slot: Slot::Pair(entry), in_flow };
                    Some(plan.and(self.part(found, value)?))
                })
            }
            _ => None,
        }
    }

    fn part(&self, found: Found, value: &Value) -> Option<Plan> {
        if Value::of(found.node) == *value {
            return Some(Plan::default());
        }
        let scalar = matches!(found.node.kind(), Kind::Scalar(_) | Kind::Alias(_));
        if scalar && !value.is_collection() {
            return self.scalar_plans(found, value).into_iter().next();
        }
        self.piecewise(found, value).or_else(|| self.value_plans(found, value).into_iter().next())
    }

    /// Several items in a row, behind the one before `index`.
    fn insert_run(&self, found: Found, index: usize, values: &[Value]) -> Option<Plan> {
        let node: &Node = found.node;
        let one = |value: &Value| {
            let body = super::children::Body::Item(value);
            self.insert_child(found, index, &body).into_iter().next()?.splices.into_iter().next()
        };
        let mut splices = values.iter().map(one).collect::<Option<Vec<_>>>()?.into_iter();
        let mut all = splices.next()?;
        for splice in splices {
            if node.is_flow() || splice.range == all.range {
                all.text.push_str(&splice.text);
            } else {
                return None;
            }
        }
        Some(Plan { splices: vec![all], may_drop: Vec::new() })
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Seq(items) if items.is_empty())
        || matches!(value, Value::Map(entries) if entries.is_empty())
        || !value.is_collection()
}
