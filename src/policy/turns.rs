//! What was said in a case, turn by turn: who, and what.

use super::case::{Case, Message};
use serde_json::Value;
use std::borrow::Cow;

/// Something said, or a tool called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'c> {
    pub kind: TurnKind,
    /// `user`, `tool (search)`, `calls search`.
    pub who: Cow<'c, str>,
    pub text: Cow<'c, str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnKind {
    Said,
    /// A tool that the turn above calls; the text is the arguments, several lines of JSON where they are any.
    Call,
    /// What is judged: the model's answer.
    Response,
}

/// The turns of a case in order, the response last. A message that only calls tools is a turn without a text.
pub fn turns(case: &Case) -> Vec<Turn<'_>> {
    let mut turns = Vec::new();
    let mut add = |kind, who: Cow<'_, str>, text| turns.push(Turn { kind, who: Cow::Owned(who.into_owned()), text });
    if let Some(text) = &case.text {
        add(TurnKind::Said, "text".into(), text.into());
    }
    for message in &case.messages {
        let Message { role, content, tool_calls, name } = message;
        let who = match name {
            Some(name) => format!("{role} ({name})").into(),
            None => role.into(),
        };
        add(TurnKind::Said, who, content.into());
        for call in tool_calls {
            let (name, arguments) = called(call);
            add(TurnKind::Call, format!("calls {name}").into(), arguments.into());
        }
    }
    if let Some(response) = &case.response {
        add(TurnKind::Response, "response".into(), response.into());
    }
    turns
}

/// The tool's name and its arguments, laid out.
fn called(call: &Value) -> (&str, String) {
    // OpenAI's form has the call one level down, its arguments as a text of JSON.
    let inner = call.get("function").unwrap_or(call);
    let name = inner.get("name").and_then(Value::as_str).unwrap_or("tool");
    let arguments = match inner.get("arguments").or_else(|| inner.get("input")) {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
        Some(value) => value.clone(),
        None => call.clone(),
    };
    let laid_out = match &arguments {
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    (name, laid_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: &[(&str, &str)]) {
        let case: Case = serde_json::from_str(json).unwrap();
        let turns = turns(&case);
        let found: Vec<(&str, &str)> = turns.iter().map(|turn| (&*turn.who, &*turn.text)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn turns_calls_and_results_are_told_apart() {
        check(
            r#"{"id":"a","messages":[{"role":"user","content":"pay"},{"role":"assistant","tool_calls":[{"function":{"name":"pay","arguments":"{\"to\":\"x\"}"}},{"name":"look","input":"here"},{"odd":1}]},{"role":"tool","name":"pay","content":"done"}],"response":"ok"}"#,
            &[
                ("user", "pay"),
                ("assistant", ""),
                ("calls pay", "{\n  \"to\": \"x\"\n}"),
                ("calls look", "here"),
                ("calls tool", "{\n  \"odd\": 1\n}"),
                ("tool (pay)", "done"),
                ("response", "ok"),
            ],
        );
        check(r#"{"id":"a","text":"t"}"#, &[("text", "t")]);
    }
}
