//! What follows, distinguishes and overrules what, and where that does not add up.

use super::docket::{Docket, Precedent, RelationKind, RulingIx, State};
use rustc_hash::FxHashMap;

/// The rulings that name others or are named by them.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// By set and case.
    pub nodes: Vec<Precedent>,
    /// In the order of the rulings that say so; of one ruling follows, then distinguishes, then overrules.
    pub edges: Vec<Edge>,
    /// What does not add up.
    pub flaws: Vec<Flaw>,
}

/// What one ruling says of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Position among the nodes.
    pub from: usize,
    pub kind: RelationKind,
    /// The case that is named.
    pub case: String,
    /// Position among the nodes; `None` where no ruling settles that case.
    pub to: Option<usize>,
}

/// What does not add up. Positions are those of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Each rests on the next, and the last on the first.
    Circle { kind: RelationKind, nodes: Vec<usize> },
    /// A ruling follows one that was overruled.
    FollowsOverruled { from: usize, to: usize, by: Vec<String> },
    /// A ruling names a case on which nothing was ruled.
    NoRuling { from: usize, kind: RelationKind, case: String },
}

impl Docket {
    /// The graph of the rulings that stand. With `around`, only those that are joined to one of these rulings, over any number
    /// of others.
    pub fn graph(&self, around: Option<&[RulingIx]>) -> Graph {
        let stands = |ix: RulingIx| self.entry(ix).state != State::Superseded;
        let relations: Vec<_> = self.relations.iter().filter(|relation| stands(relation.from)).collect();
        let mut members: Vec<RulingIx> =
            relations.iter().flat_map(|relation| std::iter::once(relation.from).chain(relation.to)).collect();
        members.sort_unstable();
        members.dedup();
        if let Some(around) = around {
            let pairs: Vec<_> = relations.iter().filter_map(|relation| Some((relation.from, relation.to?))).collect();
            let near = joined(around, &pairs);
            members.retain(|ix| near.contains(ix));
        }
        // What cannot be read any more is left out with all that it says.
        let nodes: Vec<Precedent> = members.iter().filter_map(|ix| self.precedent(*ix)).collect();
        let place: FxHashMap<RulingIx, usize> = nodes.iter().enumerate().map(|(at, node)| (node.ix, at)).collect();
        let edge = |relation: &&super::docket::Relation| {
            let to = relation.to.and_then(|to| place.get(&to).copied());
            Some(Edge { from: *place.get(&relation.from)?, kind: relation.kind, case: relation.case.clone(), to })
        };
        let mut edges: Vec<Edge> = relations.iter().filter_map(edge).collect();
        edges.sort_by_key(|edge| (edge.from, edge.kind));
        let flaws = flaws(&nodes, &edges);
        Graph { nodes, edges, flaws }
    }
}

/// Everything that is joined to one of these, over any number of pairs, in either direction.
fn joined(start: &[RulingIx], pairs: &[(RulingIx, RulingIx)]) -> rustc_hash::FxHashSet<RulingIx> {
    let mut beside: FxHashMap<RulingIx, Vec<RulingIx>> = FxHashMap::default();
    for &(from, to) in pairs {
        beside.entry(from).or_default().push(to);
        beside.entry(to).or_default().push(from);
    }
    let mut found: rustc_hash::FxHashSet<RulingIx> = start.iter().copied().collect();
    let mut waiting = start.to_vec();
    while let Some(at) = waiting.pop() {
        waiting.extend(beside.get(&at).into_iter().flatten().filter(|next| found.insert(**next)));
    }
    found
}

fn flaws(nodes: &[Precedent], edges: &[Edge]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for kind in [RelationKind::Follows, RelationKind::Overrules] {
        let pairs = edges.iter().filter(|edge| edge.kind == kind).filter_map(|edge| Some((edge.from, edge.to?)));
        flaws.extend(
            circles(nodes.len(), &pairs.collect::<Vec<_>>()).into_iter().map(|nodes| Flaw::Circle { kind, nodes }),
        );
    }
    for edge in edges {
        match edge.to {
            None => flaws.push(Flaw::NoRuling { from: edge.from, kind: edge.kind, case: edge.case.clone() }),
            Some(to) if edge.kind == RelationKind::Follows && !nodes[to].stand.overruled_by.is_empty() => {
                let by = nodes[to].stand.overruled_by.clone();
                flaws.push(Flaw::FollowsOverruled { from: edge.from, to, by });
            }
            Some(_) => {}
        }
    }
    flaws
}

/// Circles that share no node, as many as it takes to break every circle there is. Each begins with its smallest node.
fn circles(nodes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut after = vec![Vec::new(); nodes];
    edges.iter().for_each(|&(from, to)| after[from].push(to));
    let mut done = vec![false; nodes];
    let mut circles = Vec::new();
    for start in 0..nodes {
        // One walk in depth; what it leaves for good is done.
        let mut path: Vec<(usize, usize)> = if done[start] { Vec::new() } else { vec![(start, 0)] };
        while let Some((at, next)) = path.last_mut() {
            let (at, to) = (*at, after[*at].get(*next).copied());
            *next += 1;
            match to {
                None => {
                    done[at] = true;
                    path.pop();
                }
                Some(to) => match path.iter().position(|(node, _)| *node == to) {
                    Some(begin) => {
                        let mut circle: Vec<usize> = path.drain(begin..).map(|(node, _)| node).collect();
                        circle.iter().for_each(|&node| done[node] = true);
                        let least = circle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(i, _)| i);
                        circle.rotate_left(least);
                        circles.push(circle);
                    }
                    None if !done[to] => path.push((to, 0)),
                    None => {}
                },
            }
        }
    }
    circles.sort();
    circles
}

#[cfg(test)]
mod tests {
    use super::super::testing::docket;
    use super::*;
    use proptest::prelude::*;

    fn check(ruled: &[(&str, &str)], expect: &[&str]) -> Graph {
        let ruled: Vec<(&str, &str, String)> =
            ruled.iter().map(|(case, rest)| (*case, "bio", format!(r#""behavior":"refuse"|{rest}"#))).collect();
        let ruled: Vec<(&str, &str, &str)> = ruled.iter().map(|(case, words, rest)| (*case, *words, &**rest)).collect();
        let graph = docket(&ruled).graph(None);
        let case = |at: &usize| graph.nodes[*at].ruling.case.as_str();
        let told: Vec<String> = graph
            .flaws
            .iter()
            .map(|flaw| match flaw {
                Flaw::Circle { kind, nodes } => {
                    format!("circle {} {}", kind.word(), nodes.iter().map(case).collect::<Vec<_>>().join(" "))
                }
                Flaw::FollowsOverruled { from, to, by } => {
                    format!("{} follows {} overruled by {}", case(from), case(to), by.join(" "))
                }
                Flaw::NoRuling { from, kind, case: named } => format!("{} {} {named}?", case(from), kind.word()),
            })
            .collect();
        assert_eq!(told, expect);
        graph
    }

    #[test]
    fn rulings_that_stand_for_themselves_are_left_out() {
        let graph = check(&[("a", ""), ("b", r#""follows":["c"]"#), ("c", "")], &[]);
        assert_eq!(graph.nodes.iter().map(|node| node.ruling.case.as_str()).collect::<String>(), "bc");
        assert_eq!(graph.edges, [Edge { from: 0, kind: RelationKind::Follows, case: "c".into(), to: Some(1) }]);
    }

    #[test]
    fn what_does_not_add_up_is_flagged() {
        check(
            &[("a", r#""follows":["b"]"#), ("b", r#""follows":["c"]"#), ("c", r#""follows":["a"]"#)],
            &["circle follows a b c"],
        );
        check(&[("a", r#""follows":["a"]"#)], &["a follows a?"]);
        check(
            &[("a", ""), ("b", r#""overrules":["a"]"#), ("c", r#""follows":["a"]"#)],
            &["c follows a overruled by b"],
        );
        check(&[("a", r#""distinguishes":["gone"]"#)], &["a distinguishes gone?"]);
    }

    #[test]
    fn only_what_is_joined_is_shown_around_a_ruling() {
        let docket = docket(&[
            ("a", "bio", r#""behavior":"refuse"|"follows":["b"]"#),
            ("b", "bio", r#""behavior":"refuse""#),
            ("c", "bio", r#""behavior":"refuse"|"follows":["d"]"#),
            ("d", "bio", r#""behavior":"refuse""#),
        ]);
        let around = docket.on_case("core", "b");
        let graph = docket.graph(Some(&around));
        assert_eq!(graph.nodes.iter().map(|node| node.ruling.case.as_str()).collect::<String>(), "ab");
    }

    proptest! {
        #[test]
        fn circles_are_circles_and_leave_none(edges in proptest::collection::vec((0usize..7, 0usize..7), 0..16)) {
            let found = circles(7, &edges);
            for circle in &found {
                let pairs = circle.iter().zip(circle.iter().cycle().skip(1));
                prop_assert!(pairs.clone().all(|(from, to)| edges.contains(&(*from, *to))), "{circle:?}");
            }
            // Without the nodes of the circles that were found nothing can go round any more.
            let gone: Vec<usize> = found.into_iter().flatten().collect();
            let mut left: Vec<(usize, usize)> =
                edges.into_iter().filter(|(from, to)| !gone.contains(from) && !gone.contains(to)).collect();
            while let Some(at) = left.iter().position(|(_, to)| !left.iter().any(|(from, _)| from == to)) {
                left.remove(at);
            }
            prop_assert!(left.is_empty(), "{left:?}");
        }
    }
}
