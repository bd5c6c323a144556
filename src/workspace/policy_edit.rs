//! A single edit of a policy, made in its text: comments, order and layout outside of it stay as they are.

use super::version::{MANIFEST, PolicyVersion};
use super::workspace::FileEdits;
use crate::analyze::edit::{Act, PolicyEdit, same};
use crate::decide::{form, words};
use crate::document::read::{self, cursor::Source};
use crate::document::{Document, Edit, Value, condition};
use crate::policy::Policy;
use crate::policy::clause::Clause;
use crate::policy::condition::Test;
use crate::policy::place::{Route, Step};
use std::sync::Arc;

/// The edits of a file that make an edit of its policy. They are proven: read again, the file says what was meant.
///
/// Fails with the reason in words where the text does not allow it, such as a condition behind an alias.
pub fn in_text(version: &PolicyVersion, edit: &PolicyEdit) -> Result<FileEdits, String> {
    let text = Text::of(version, edit)?;
    let wanted = edit.apply(&version.policy);
    let mut why = None;
    for edits in text.ways()? {
        let file = text.file.clone();
        match text.document.edit_all(&edits) {
            Ok((document, _)) if says(version, &file, &document, &wanted) => return Ok(FileEdits { file, edits }),
            Ok(_) => why = why.or(Some("the file would not say what was meant".to_owned())),
            Err(error) => why = why.or(Some(error.to_string())),
        }
    }
    Err(why.unwrap_or_else(|| "there is nothing to edit".to_owned()))
}

/// Whether the policy decides as wanted once this document stands in the place of the file.
fn says(version: &PolicyVersion, file: &Arc<str>, document: &Document, wanted: &Policy) -> bool {
    let find = |other: &Arc<str>| match other == file {
        true => Some((file, document)),
        false => version.documents.get_key_value(other),
    };
    let source = |file: &Arc<str>| find(file).map(|(file, document)| Source { file, document });
    let Some(manifest) = source(&MANIFEST.into()) else { return false };
    let taxonomies: Vec<Source<'_>> = version.taxonomies.iter().filter_map(source).collect();
    let specs: Vec<Arc<str>> = version.policy.specs.iter().map(|spec| spec.file.clone()).collect();
    let specs: Vec<Source<'_>> = specs.iter().filter_map(source).collect();
    let (policy, _) = read::policy(manifest, &taxonomies, &specs);
    let alike = |(a, b): (&Clause, &Clause)| {
        (&a.id, a.then, a.spec, &a.examples) == (&b.id, b.then, b.spec, &b.examples) && same(&a.when, &b.when)
    };
    policy.clauses.len() == wanted.clauses.len() && policy.clauses.iter().zip(&wanted.clauses).all(alike)
}

/// The document that an edit is to be made in.
struct Text<'v> {
    policy: &'v Policy,
    edit: &'v PolicyEdit,
    /// The clause that the edit is about; none where a new one goes to the end.
    clause: Option<&'v Clause>,
    file: Arc<str>,
    document: &'v Document,
}

impl<'v> Text<'v> {
    fn of(version: &'v PolicyVersion, edit: &'v PolicyEdit) -> Result<Self, String> {
        let policy = &*version.policy;
        let clause = policy.clauses.get(edit.clause.0 as usize);
        let file = match (clause, policy.specs.last()) {
            (Some(clause), _) => clause.place.file.clone(),
            (None, Some(spec)) => spec.file.clone(),
            (None, None) => return Err("the policy has no spec to put a clause in".to_owned()),
        };
        let document = version.documents.get(&file).ok_or_else(|| format!("`{file}` is not open"))?;
        Ok(Text { policy, edit, clause, file, document })
    }

    /// The ways to write it, the gentlest first.
    fn ways(&self) -> Result<Vec<Vec<Edit>>, String> {
        let clauses = Route::root().then("clauses");
        let Some(clause) = self.clause else {
            let index = self.document.node(&clauses).map_or(0, |node| node.items().len());
            return Ok(vec![self.inserted(clauses, index)]);
        };
        let at = &clause.place.route;
        let index = item(clause)?;
        let ways = match &self.edit.act {
            Act::DropClause => vec![vec![Edit::RemoveItem { at: at.clone() }]],
            Act::Move(to) => {
                let to = item(self.policy.clause(*to))?;
                vec![vec![Edit::MoveItem { seq: clauses, from: index, to }]]
            }
            Act::Insert(_) => vec![self.inserted(clauses, index)],
            Act::DropExample(example) => {
                let all = at.then("examples");
                let one = (clause.examples.len() > 1).then(|| vec![Edit::RemoveItem { at: all.then(*example) }]);
                one.into_iter().chain([vec![Edit::RemoveKey { at: all }]]).collect()
            }
            Act::SetBehavior(to) => {
                let value = Value::from(&**self.policy.manifest.behaviors.id(*to));
                vec![vec![Edit::SetScalar { at: at.then("then"), value }]]
            }
            Act::DropTest(test) => {
                let route = clause.when.tests().get(*test).map(|test| test.route.clone());
                let alone = clause.when.tests().len() == 1;
                let dropped = route.filter(|_| !alone).map(|route| condition::remove(self.document, at, &route));
                dropped.into_iter().chain([self.rewritten(clause)]).collect()
            }
            Act::DropAlternative(tests) => {
                let all = clause.when.tests();
                let mut routes = all.get(tests.clone()).unwrap_or_default().iter().map(|test| &test.route);
                let first = routes.next().cloned();
                let group = first.map(|first| routes.fold(first, |shared, route| shared.shared(route)));
                let dropped = group.map(|route| condition::remove(self.document, at, &route));
                dropped.into_iter().chain([self.rewritten(clause)]).collect()
            }
            Act::SetTest(test, predicate, _) => {
                let set = clause.when.tests().get(*test).map(|test| {
                    let changed = Test { predicate: predicate.clone(), ..(*test).clone() };
                    let value = of_json(&form::asked(self.policy, &changed));
                    vec![Edit::SetValue { at: test.route.clone(), value }]
                });
                set.into_iter().chain([self.rewritten(clause)]).collect()
            }
            Act::AddTest(test) => {
                let (key, value) = (words::subject(self.policy, test.subject), form::asked(self.policy, test));
                let added = condition::add(self.document, at, &at.then("when"), &key, of_json(&value));
                added.ok().into_iter().chain([self.rewritten(clause)]).collect()
            }
        };
        Ok(ways)
    }

    /// The whole condition written anew; taken away where the clause then always holds.
    fn rewritten(&self, clause: &Clause) -> Vec<Edit> {
        let (at, after) = (&clause.place.route, self.edit.clause_after(clause));
        if after.when.tests().is_empty() {
            return condition::always(self.document, at);
        }
        vec![Edit::SetValue { at: at.then("when"), value: of_json(&form::when(self.policy, &after.when)) }]
    }

    fn inserted(&self, clauses: Route, index: usize) -> Vec<Edit> {
        let Act::Insert(clause) = &self.edit.act else { return Vec::new() };
        let then = clause.then.map_or("", |ix| &**self.policy.manifest.behaviors.id(ix));
        let mut pairs = vec![("id".to_owned(), Value::from(&*clause.id))];
        if clause.title != clause.id {
            pairs.push(("title".to_owned(), Value::from(&*clause.title)));
        }
        if !clause.text.is_empty() {
            pairs.push(("text".to_owned(), Value::from(&*clause.text)));
        }
        pairs.push(("when".to_owned(), of_json(&form::when(self.policy, &clause.when))));
        pairs.push(("then".to_owned(), Value::from(then)));
        vec![Edit::InsertItem { seq: clauses, index, value: Value::Map(pairs) }]
    }
}

/// Which item of its file's list a clause is.
fn item(clause: &Clause) -> Result<usize, String> {
    match clause.place.route.split_last() {
        Some((_, Step::Item(index))) => Ok(*index),
        _ => Err(format!("`{}` stands in no list of clauses", clause.id)),
    }
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => number.as_i64().map_or(Value::Null, Value::Int),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::Seq(items.iter().map(of_json).collect()),
        serde_json::Value::Object(map) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), of_json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::edit::{Kind, Menu, edits};
    use crate::analyze::structure::tests::{random, texts};
    use crate::decide::Situation;
    use crate::decide::situation::facets;
    use proptest::prelude::*;

    fn version(documents: [Document; 4]) -> PolicyVersion {
        let files: [Arc<str>; 4] = ["casebook.yaml", "t.yaml", "a.yaml", "b.yaml"].map(Into::into);
        let source = |i: usize| Source { file: &files[i], document: &documents[i] };
        let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2), source(3)]);
        PolicyVersion {
            taxonomies: vec![files[1].clone()],
            policy: Arc::new(policy),
            problems,
            documents: files.into_iter().zip(documents).collect(),
        }
    }

    /// The lines of the file that the edit changes: those before with `-`, those after with `+`.
    fn check(kind: Kind, nth: usize, expected: &str) {
        let version = version(texts().documents());
        let menu = Menu { kinds: &[kind], ..Menu::SLIPS };
        let edit = edits(&version.policy, menu).nth(nth).unwrap();
        let FileEdits { file, edits } = in_text(&version, &edit).unwrap();
        let before = &version.documents[&file];
        let (after, _) = before.edit_all(&edits).unwrap();
        let (old, new): (Vec<&str>, Vec<&str>) = (before.text().lines().collect(), after.text().lines().collect());
        let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("-{line}"));
        let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("+{line}"));
        assert_eq!(gone.chain(come).collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn one_line_changes() {
        check(
            Kind::Shift,
            0,
            "-    when: {category: bio, severity: '>= medium', intent: {not: benign}}\n\
             +    when: {category: bio, severity: '>= low', intent: {not: benign}}",
        );
        check(
            Kind::Tighten,
            0,
            "-    when: {category: bio, severity: '>= medium', intent: {not: benign}}\n\
             +    when: {category: bio, severity: '>= medium', intent: {not: [benign, unclear]}}",
        );
        check(
            Kind::DropTest,
            3,
            "-    when: {context: {any: [medical], none: [fiction]}, category: self-harm}\n\
             +    when: {context: {none: [fiction]}, category: self-harm}",
        );
    }

    #[test]
    fn an_alternative_of_several_tests_goes_with_its_line() {
        let mut documents = texts().documents();
        let when = "{any: [{context: fiction}, {intent: benign}], not: {minor: true}}";
        let several =
            "\n      any:\n        - {context: fiction}   # stories\n        - intent: benign\n          minor: true";
        let text = documents[2].text().replace(when, several);
        documents[2] = Document::parse(text.as_str());
        let version = version(documents);
        let clause = version.policy.find_clause("fiction").unwrap();
        let edit = PolicyEdit { clause, act: Act::DropAlternative(1..3) };
        let FileEdits { file, edits } = in_text(&version, &edit).unwrap();
        let (after, _) = version.documents[&file].edit_all(&edits).unwrap();
        assert_eq!(after.text(), text.replace("\n        - intent: benign\n          minor: true", ""));
    }

    #[test]
    fn a_new_clause_is_written_with_words() {
        let version = version(texts().documents());
        let policy = &version.policy;
        let reading: crate::policy::case::Reading =
            serde_json::from_str(r#"{"harms":[{"category":"bio","severity":"low"}]}"#).unwrap();
        let situation = Situation::of(policy, reading.harms.first(), facets(policy, &reading));
        let end = crate::policy::clause::ClauseIx(policy.clauses.len() as u32);
        let edit = crate::analyze::edit::insertions(policy, end, &[situation]).last().unwrap();
        let FileEdits { file, edits } = in_text(&version, &edit).unwrap();
        let (after, _) = version.documents[&file].edit_all(&edits).unwrap();
        let new = after.text().strip_prefix(version.documents[&file].text()).unwrap();
        let expected = "  - id: bio-rest
    title: bio (refuse)
    text: Where category is bio and severity is low, then refuse.
    when:
      category: bio
      severity: low
    then: refuse
";
        assert_eq!(new, expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever the edit, the text can say it: `in_text` proves what it gives.
        #[test]
        fn every_edit_can_be_written(documents in random::documents(), reading in random::reading()) {
            let version = version(documents);
            let policy = &version.policy;
            let situation = Situation::of(policy, reading.harms.first(), facets(policy, &reading));
            let menu = Menu { kinds: &Kind::ALL, around: Some(std::slice::from_ref(&situation)), far: true };
            for edit in edits(policy, menu).chain(edits(policy, Menu::SLIPS)).step_by(3) {
                let written = in_text(&version, &edit);
                prop_assert!(written.is_ok(), "{}: {:?}", edit.sentence(policy), written);
            }
        }
    }
}
