//! What follows, distinguishes and overrules what.

use super::{head, holding, precedent_json};
use crate::precedent::{Edge, Flaw, Graph, Precedent};
use crate::report::figure::count;
use crate::report::paint::{Paint, markdown_words, own_words};
use crate::report::replay::VersionName;
use serde_json::{Value, json};

/// Every ruling with what it says of others, then what does not add up.
pub fn text(graph: &Graph, paint: Paint) -> String {
    if graph.nodes.is_empty() {
        return "no ruling names another one\n".to_owned();
    }
    let mut out = String::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        out.push_str(&format!("{}\n", head(node, paint)));
        if !node.ruling.holding.trim().is_empty() {
            out.push_str(&format!("    {}\n", paint.dim(holding(node))));
        }
        for edge in graph.edges.iter().filter(|edge| edge.from == at) {
            out.push_str(&format!("    {} {}\n", edge.kind.word(), own_words(&edge_words(graph, edge))));
        }
        let back = graph.edges.iter().filter(|edge| edge.to == Some(at));
        for edge in back {
            let from = name(&graph.nodes[edge.from]);
            out.push_str(&format!("    {} {}\n", passive(edge), own_words(&from)));
        }
    }
    out.push_str(&format!("\n{}\n", paint.bold(summary(graph))));
    for flaw in &graph.flaws {
        out.push_str(&format!("  {}\n", paint.worse(own_words(&flaw_words(graph, flaw)))));
    }
    out
}

fn passive(edge: &Edge) -> &'static str {
    use crate::precedent::RelationKind::*;
    match edge.kind {
        Follows => "followed by",
        Distinguishes => "distinguished by",
        Overrules => "overruled by",
    }
}

fn edge_words(graph: &Graph, edge: &Edge) -> String {
    match edge.to {
        Some(to) => name(&graph.nodes[to]),
        None => format!("{}, on which nothing was ruled", edge.case),
    }
}

fn name(node: &Precedent) -> String {
    format!("{}/{}", node.set, node.ruling.case)
}

fn summary(graph: &Graph) -> String {
    let flaws = graph.flaws.len() as u64;
    let flaws = if flaws == 0 {
        "all of it adds up".to_owned()
    } else {
        count(flaws, "thing does not add up", "things do not add up")
    };
    let rulings = count(graph.nodes.len() as u64, "ruling", "rulings");
    let edges = count(graph.edges.len() as u64, "reference", "references");
    format!("{rulings}, {edges}; {flaws}")
}

fn flaw_words(graph: &Graph, flaw: &Flaw) -> String {
    let named = |at: &usize| name(&graph.nodes[*at]);
    match flaw {
        Flaw::Circle { kind, nodes } => {
            let mut names: Vec<String> = nodes.iter().map(named).collect();
            names.extend(names.first().cloned());
            format!("a circle: {}", names.join(&format!(" {} ", kind.word())))
        }
        Flaw::FollowsOverruled { from, to, by } => {
            format!("{} follows {}, which was overruled by {}", named(from), named(to), by.join(", "))
        }
        Flaw::NoRuling { from, kind, case } => {
            format!("{} {} {case}, on which nothing was ruled", named(from), kind.word())
        }
    }
}

/// A diagram that Markdown readers draw (Mermaid), then a table of the holdings, then what does not add up.
pub fn markdown(graph: &Graph) -> String {
    let mut out = format!("## Precedents\n\n{}\n\n```mermaid\nflowchart TD\n", markdown_words(&summary(graph)));
    for (at, node) in graph.nodes.iter().enumerate() {
        let behavior = node.ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
        let says = behavior.unwrap_or(node.ruling.disposition.word());
        let class = if node.stand.is_binding() { "" } else { ":::open" };
        out.push_str(&format!("  r{at}[\"{}<br/>{}\"]{class}\n", diagram_words(&name(node)), diagram_words(says)));
    }
    let mut gone = 0;
    for edge in &graph.edges {
        let to = edge.to.map_or_else(
            || {
                gone += 1;
                format!("g{gone}([\"{}?\"])", diagram_words(&edge.case))
            },
            |to| format!("r{to}"),
        );
        out.push_str(&format!("  r{} -->|{}| {to}\n", edge.from, edge.kind.word()));
    }
    out.push_str("  classDef open stroke-dasharray: 4 4\n```\n\nDashed: does not bind.\n\n");
    out.push_str("| ruling | stands | holding |\n| --- | --- | --- |\n");
    for node in &graph.nodes {
        let cells =
            [name(node), super::stand_words(node), node.ruling.holding.clone()].map(|cell| markdown_words(&cell));
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    if !graph.flaws.is_empty() {
        out.push_str("\n**What does not add up**\n\n");
        for flaw in &graph.flaws {
            out.push_str(&format!("- {}\n", markdown_words(&flaw_words(graph, flaw))));
        }
    }
    out
}

/// Words within a diagram: what could end them is written as a code that Mermaid knows.
fn diagram_words(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in own_words(text).chars() {
        match c {
            '"' | '<' | '>' | '#' | '&' | ';' | '`' | '[' | ']' | '{' | '}' | '|' => {
                safe.push_str(&format!("#{};", c as u32));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// `{"version", "rulings": [ruling], "edges": [{"from", "kind", "to"}], "flaws": [{"kind", …}]}`; `from` and `to` count
/// rulings from 0.
pub fn json(version: &VersionName, graph: &Graph) -> Value {
    let edge = |edge: &Edge| json!({"from": edge.from, "kind": edge.kind.word(), "to": edge.to, "case": edge.case});
    let flaw = |flaw: &Flaw| {
        let words = flaw_words(graph, flaw);
        match flaw {
            Flaw::Circle { kind, nodes } => {
                json!({"kind": "circle", "relation": kind.word(), "rulings": nodes, "sentence": words})
            }
            Flaw::FollowsOverruled { from, to, by } => {
                json!({"kind": "follows-overruled", "from": from, "to": to, "overruled_by": by, "sentence": words})
            }
            Flaw::NoRuling { from, kind, case } => {
                json!({"kind": "no-ruling", "relation": kind.word(), "from": from, "case": case, "sentence": words})
            }
        }
    };
    json!({
        "version": {"rev": version.rev, "commit": version.commit},
        "rulings": graph.nodes.iter().map(precedent_json).collect::<Vec<_>>(),
        "edges": graph.edges.iter().map(edge).collect::<Vec<_>>(),
        "flaws": graph.flaws.iter().map(flaw).collect::<Vec<_>>(),
    })
}
