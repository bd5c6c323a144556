use super::*;
use crate::agreement::Measure;
use crate::agreement::blame::{Blame, Share};
use crate::agreement::figure::{Figure, Name, Way};
use crate::agreement::round::RoundStanding;
use crate::agreement::round::{ExitStanding, LabelerStanding, Matched};
use crate::agreement::{Cases, Scope, Why};
use crate::policy::behavior::Behaviors;
use crate::policy::case::Case;
use crate::policy::label::Label;
use crate::policy::round::{Blindness, Exit, PlanRow, Round, RoundKind, Sample};
use crate::policy::ruling::Adjudication;
use crate::policy::split::Split;
use crate::policy::taxonomy::Aliases;
use crate::stats::agreement::Undefined;
use crate::stats::{Bootstrap, Enough, Interval, Proportion};
use std::sync::Arc;

fn round() -> Round {
    Round {
        name: "2026-11-a".into(),
        kind: RoundKind::Calibration,
        purpose: "whether people read satire alike".into(),
        opened: "2026-11-21T05:00:00Z".into(),
        by: "lee".into(),
        policy: Some("0123456789abcdef".into()),
        labelers: ["ana".into(), "bo".into(), "cy".into()].into(),
        overlap: 3,
        repeats: 0.1,
        blindness: Blindness::Hidden,
        seed: 7,
        sample: Sample { size: Some(40), of: Some(312), by: vec!["category".into()], ..Sample::default() },
        ..Round::default()
    }
}

fn split(case: &str, labels: &[&str], ruling: Option<&str>) -> Split {
    let case: Case = serde_json::from_str(case).unwrap();
    let label = |(at, rest): (usize, &&str)| -> Label {
        let labeler = ["ana", "bo", "cy", "di", "ed", "fay"][at];
        serde_json::from_str(&format!(r#"{{"id":"{at}","case":"{}","labeler":"{labeler}",{rest}}}"#, case.id)).unwrap()
    };
    let labels: Vec<Label> = labels.iter().enumerate().map(label).collect();
    let ruling: Option<Adjudication> = ruling.map(|json| serde_json::from_str(json).unwrap());
    let behaviors = Behaviors::named(["comply", "refuse"]).unwrap();
    Split::new(case, &labels, ruling.as_ref(), &behaviors, &Aliases::default())
}

fn splits() -> Vec<Split> {
    vec![
        split(
            r#"{"id":"s<1>","messages":[{"role":"user","content":"`x` \u001b[2J <script>alert(1)</script>\nsee [image: https://x.example/1.png]"}],"response":"no & never"}"#,
            &[
                r#""behavior":"refuse","harms":[{"category":"weapons","severity":"high"}],"rationale":"it | names <b>"#,
                r#""behavior":"refuse","harms":[{"category":"weapons","severity":"high"}],"rationale":"it | names <b>"#,
                r#""behavior":"comply","acceptable":["refuse"],"harms":[],"gap":{"note":"satire?"}"#,
            ]
            .map(|rest| if rest.ends_with("<b>") { format!("{rest}\"") } else { rest.to_owned() })
            .each_ref()
            .map(String::as_str),
            Some(
                r#"{"case":"s<1>","adjudicator":"lee","decision":{"behavior":"refuse"},"disposition":"majority-upheld","cause":["guideline-gap"],"holding":"A joke is no excuse"}"#,
            ),
        ),
        split(
            r#"{"id":"s2","text":"hidden words","sensitive":true}"#,
            &[
                r#""behavior":"refuse","facets":{"intent":"unclear"}"#,
                r#""behavior":"refuse","facets":{"intent":"benign"}"#,
                r#""abstain":{"reason":"no context"}"#,
            ],
            None,
        ),
    ]
}

/// What was measured in the round, and how it stands.
fn measured() -> (RoundStanding, Vec<(String, Vec<Measure>)>) {
    let labeler = |name: &str, done, abstained| LabelerStanding {
        labeler: name.into(),
        asked: 40,
        done,
        abstained,
        repeated: (3, 4),
        seconds: Some(41),
        probes: Vec::new(),
        repeats: vec![Matched { field: "behavior", same: Proportion { hits: 2, of: 3 } }],
    };
    let figure = Figure { value: 0.6123, interval: Some((Interval { low: 0.534, high: 0.69 }, Way::Bootstrap)) };
    let measure = |name, figure, used, dropped| Measure {
        name,
        scope: Scope::All,
        figure,
        cases: Arc::new(Cases { used, dropped: vec![(Why::OneLabeler, dropped)] }),
    };
    let exit = Exit { measure: "alpha-ordinal".into(), field: "severity".into(), low: 0.67 };
    let exit = ExitStanding {
        exit,
        figure: Ok((figure.value, figure.interval.map(|(interval, _)| interval))),
        used: 31,
        enough: Enough::More(120),
    };
    let figures = vec![
        (
            "severity".to_owned(),
            vec![measure(Name::AlphaOrdinal, Ok(figure), 31, 9), measure(Name::CohenKappa, Ok(figure), 31, 9)],
        ),
        ("observed".to_owned(), vec![measure(Name::Ac1, Err(Undefined::NoPair), 0, 40)]),
    ];
    (
        RoundStanding {
            labelers: vec![labeler("ana", 40, 0), labeler("bo", 12, 1)],
            exits: vec![exit],
            at_close: false,
        },
        figures,
    )
}

fn found(splits: Vec<Split>) -> Found {
    let ((standing, figures), texts) = (measured(), texts());
    let plan = vec![PlanRow::default(); 40];
    Found { set: "core".into(), round: round(), closed: None, plan, standing, figures, splits, compared: 31, texts }
}

/// One clause in the only split, and its category in a case on which they agree as well.
fn texts() -> Blame {
    let share = |id: &str, title: &str, agreed| Share {
        id: id.into(),
        title: title.into(),
        of_splits: Proportion { hits: 1, of: 1 },
        of_agreed: Proportion { hits: agreed, of: 30 },
    };
    Blame {
        splits: 1,
        agreed: 30,
        clauses: vec![share("no-weapons", "No | weapons", 0)],
        categories: vec![share("weapons", "", 12)],
    }
}

fn report<'a>(found: &'a Found, changes: &'a [Change]) -> CalibrationReport<'a> {
    CalibrationReport {
        policy: "Small policy",
        found,
        told: 5,
        uncover: false,
        version: VersionName { rev: "worktree".into(), commit: None },
        changes: Ok(changes),
        again: Again::of_round("core", "2026-11-a", Some("fedcba9876543210"), false),
        bootstrap: Bootstrap::default(),
    }
}

#[test]
fn the_text_says_what_was_asked_found_and_decided() {
    let found = found(splits());
    insta::assert_snapshot!(text(&report(&found, &[]), Paint::PLAIN), @"
    Calibration round 2026-11-a of core

    WHAT WAS ASKED
      policy        Small policy
      purpose       whether people read satire alike
      opened        2026-11-21 by lee
      closed        not yet: figures may still change
      cases         40, 40 drawn of 312 by category, seed 7
      each case     read by all 3 labelers
      read twice    10.0 %
      labelers saw  no labels but their own
      texts of      commit 012345678

    WHO LABELED
      labeler      read  abstained  read twice  a case took
      ana      40 of 40          0      3 of 4         41 s
      bo       12 of 40          1      3 of 4         41 s

      On a second reading they say what they said first
      labeler  question  the same
      ana      behavior  2 of 3, 66.7 % [20.8–93.9]
      bo       behavior  2 of 3, 66.7 % [20.8–93.9]

    HOW FAR THEY AGREE
      question  measure                                               value  95 % interval  cases used  left out
      severity  alpha-ordinal                                          0.61   0.53 to 0.69          31  9: only one labeler labeled it
      observed  ac1            undefined: no case has two labels to compare                          0  40: only one labeler labeled it

      Whether it is enough
      · alpha-ordinal of severity: 0.61, at least 0.53 (on 31 cases); needs 0.67: not met, about 120 more cases needed
      What was measured: at fedcba987, labels of the round 2026-11-a; seed 0, 1,000 resamples. The same figures again:
      $ casebook round report 2026-11-a --set core --rev fedcba9876543210

    WHICH TEXTS THEY PART OVER
      How often a text is cited, or decides a reading, in the 1 case with different behaviors and in the 30 with the same:
      clause                                in the splits          in the others
      no-weapons (No | weapons)  1 of 1, 100 % [20.7–100]  0 of 30, 0 % [0–11.4]
      category             in the splits                 in the others
      weapons   1 of 1, 100 % [20.7–100]  12 of 30, 40.0 % [24.6–57.7]

    WHERE THEY PART MOST
      They differ on 2 of 31 cases:

      s<1>: 2 refuse, 1 comply
        user
          `x` ␛[2J <script>alert(1)</script>
          see [▒▒▒▒ covered]
        response
          no & never

      labeler  calls for           found           because
      ana, bo  refuse              weapons · high  it | names <b>
      cy       comply (or refuse)  no harm         gap: satire?
      Ruled refuse, majority-upheld by lee: “A joke is no excuse”

      s2: all say refuse, facets read differently
      This case is marked sensitive and stays covered; `--uncover` shows it.
      labeler  calls for  found           because
      ana      refuse     intent unclear
      bo       refuse     intent benign
      cy       abstains                   no context

    WHAT WAS DECIDED
      case  ruling                   why they differed  holding              by
      s<1>  refuse, majority-upheld  guideline-gap      A joke is no excuse  lee
      1 case on which they differ waits for a ruling.
      Causes: guideline-gap 1.

    WHAT CHANGED IN THE POLICY SINCE
      Nothing: worktree says what 012345678 said when the round was opened.
    ");
}

#[test]
fn the_markdown_says_the_same() {
    let found = found(splits());
    insta::assert_snapshot!(markdown(&report(&found, &[])), @r"
    # Calibration round 2026-11-a of core

    ## What was asked

    - **policy**: Small policy
    - **purpose**: whether people read satire alike
    - **opened**: 2026-11-21 by lee
    - **closed**: not yet: figures may still change
    - **cases**: 40, 40 drawn of 312 by category, seed 7
    - **each case**: read by all 3 labelers
    - **read twice**: 10.0 %
    - **labelers saw**: no labels but their own
    - **texts of**: commit 012345678

    ## Who labeled

    | labeler | read | abstained | read twice | a case took |
    | --- | ---: | ---: | ---: | ---: |
    | ana | 40 of 40 | 0 | 3 of 4 | 41 s |
    | bo | 12 of 40 | 1 | 3 of 4 | 41 s |

    ### On a second reading they say what they said first

    | labeler | question | the same |
    | --- | --- | --- |
    | ana | behavior | 2 of 3, 66.7 % \[20.8–93.9\] |
    | bo | behavior | 2 of 3, 66.7 % \[20.8–93.9\] |

    ## How far they agree

    | question | measure | value | 95 % interval | cases used | left out |
    | --- | --- | ---: | ---: | ---: | --- |
    | severity | alpha-ordinal | 0.61 | 0.53 to 0.69 | 31 | 9: only one labeler labeled it |
    | observed | ac1 | undefined: no case has two labels to compare |  | 0 | 40: only one labeler labeled it |

    ### Whether it is enough

    - alpha-ordinal of severity: 0.61, at least 0.53 (on 31 cases); needs 0.67: not met, about 120 more cases needed

    What was measured: at fedcba987, labels of the round 2026-11-a; seed 0, 1,000 resamples. The same figures again:

    ```
    casebook round report 2026-11-a --set core --rev fedcba9876543210
    ```

    ## Which texts they part over

    How often a text is cited, or decides a reading, in the 1 case with different behaviors and in the 30 with the same:

    | clause | in the splits | in the others |
    | --- | ---: | ---: |
    | no-weapons (No \| weapons) | 1 of 1, 100 % \[20.7–100\] | 0 of 30, 0 % \[0–11.4\] |

    | category | in the splits | in the others |
    | --- | ---: | ---: |
    | weapons | 1 of 1, 100 % \[20.7–100\] | 12 of 30, 40.0 % \[24.6–57.7\] |

    ## Where they part most

    They differ on 2 of 31 cases:

    ### s\<1\>: 2 refuse, 1 comply

    **user**

    ```
    `x` ␛[2J <script>alert(1)</script>
    see [▒▒▒▒ covered]
    ```

    **response**

    ```
    no & never
    ```

    | labeler | calls for | found | because |
    | --- | --- | --- | --- |
    | ana, bo | refuse | weapons · high | it \| names \<b\> |
    | cy | comply (or refuse) | no harm | gap: satire? |

    Ruled refuse, majority-upheld by lee: “A joke is no excuse”

    ### s2: all say refuse, facets read differently

    This case is marked sensitive and stays covered; \`--uncover\` shows it.

    | labeler | calls for | found | because |
    | --- | --- | --- | --- |
    | ana | refuse | intent unclear |  |
    | bo | refuse | intent benign |  |
    | cy | abstains |  | no context |

    ## What was decided

    | case | ruling | why they differed | holding | by |
    | --- | --- | --- | --- | --- |
    | s\<1\> | refuse, majority-upheld | guideline-gap | A joke is no excuse | lee |

    1 case on which they differ waits for a ruling.

    Causes: guideline-gap 1.

    ## What changed in the policy since

    Nothing: worktree says what 012345678 said when the round was opened.
    ");
}

#[test]
fn the_html_needs_nothing_else_and_runs_nothing() {
    let found = found(splits());
    let page = html(&report(&found, &[]));
    for outside in ["<script", "src=", "href=", "url(", "@import", "http-equiv=\"refresh\"", "\u{1b}"] {
        assert!(!page.contains(outside), "{outside:?} stands in\n{page}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    let body = page.split_once("<body>").unwrap().1;
    insta::assert_snapshot!(body, @r#"
    <h1>Calibration round 2026-11-a of core</h1>
    <h2>What was asked</h2>
    <dl>
    <dt>policy</dt><dd>Small policy</dd>
    <dt>purpose</dt><dd>whether people read satire alike</dd>
    <dt>opened</dt><dd>2026-11-21 by lee</dd>
    <dt>closed</dt><dd>not yet: figures may still change</dd>
    <dt>cases</dt><dd>40, 40 drawn of 312 by category, seed 7</dd>
    <dt>each case</dt><dd>read by all 3 labelers</dd>
    <dt>read twice</dt><dd>10.0 %</dd>
    <dt>labelers saw</dt><dd>no labels but their own</dd>
    <dt>texts of</dt><dd>commit 012345678</dd>
    </dl>
    <h2>Who labeled</h2>
    <div class="wide"><table>
    <thead><tr><th>labeler</th><th class="n">read</th><th class="n">abstained</th><th class="n">read twice</th><th class="n">a case took</th></tr></thead>
    <tbody>
    <tr><td>ana</td><td class="n">40 of 40</td><td class="n">0</td><td class="n">3 of 4</td><td class="n">41 s</td></tr>
    <tr><td>bo</td><td class="n">12 of 40</td><td class="n">1</td><td class="n">3 of 4</td><td class="n">41 s</td></tr>
    </tbody>
    </table></div>
    <h3>On a second reading they say what they said first</h3>
    <div class="wide"><table>
    <thead><tr><th>labeler</th><th>question</th><th>the same</th></tr></thead>
    <tbody>
    <tr><td>ana</td><td>behavior</td><td>2 of 3, 66.7 % [20.8–93.9]</td></tr>
    <tr><td>bo</td><td>behavior</td><td>2 of 3, 66.7 % [20.8–93.9]</td></tr>
    </tbody>
    </table></div>
    <h2>How far they agree</h2>
    <div class="wide"><table>
    <thead><tr><th>question</th><th>measure</th><th class="n">value</th><th class="n">95 % interval</th><th class="n">cases used</th><th>left out</th></tr></thead>
    <tbody>
    <tr><td>severity</td><td>alpha-ordinal</td><td class="n">0.61</td><td class="n">0.53 to 0.69</td><td class="n">31</td><td>9: only one labeler labeled it</td></tr>
    <tr><td>observed</td><td>ac1</td><td class="n">undefined: no case has two labels to compare</td><td class="n"></td><td class="n">0</td><td>40: only one labeler labeled it</td></tr>
    </tbody>
    </table></div>
    <h3>Whether it is enough</h3>
    <ul>
    <li>alpha-ordinal of severity: 0.61, at least 0.53 (on 31 cases); needs 0.67: not met, about 120 more cases needed</li>
    </ul>
    <p>What was measured: at fedcba987, labels of the round 2026-11-a; seed 0, 1,000 resamples. The same figures again:</p>
    <pre>casebook round report 2026-11-a --set core --rev fedcba9876543210</pre>
    <h2>Which texts they part over</h2>
    <p>How often a text is cited, or decides a reading, in the 1 case with different behaviors and in the 30 with the same:</p>
    <div class="wide"><table>
    <thead><tr><th>clause</th><th class="n">in the splits</th><th class="n">in the others</th></tr></thead>
    <tbody>
    <tr><td>no-weapons (No | weapons)</td><td class="n">1 of 1, 100 % [20.7–100]</td><td class="n">0 of 30, 0 % [0–11.4]</td></tr>
    </tbody>
    </table></div>
    <div class="wide"><table>
    <thead><tr><th>category</th><th class="n">in the splits</th><th class="n">in the others</th></tr></thead>
    <tbody>
    <tr><td>weapons</td><td class="n">1 of 1, 100 % [20.7–100]</td><td class="n">12 of 30, 40.0 % [24.6–57.7]</td></tr>
    </tbody>
    </table></div>
    <h2>Where they part most</h2>
    <p>They differ on 2 of 31 cases:</p>
    <h3>s&lt;1&gt;: 2 refuse, 1 comply</h3>
    <div class="turn"><div class="who">user</div><div class="said">`x` ␛[2J &lt;script&gt;alert(1)&lt;/script&gt;
    see [▒▒▒▒ covered]</div></div>
    <div class="turn response"><div class="who">response</div><div class="said">no &amp; never</div></div>
    <div class="wide"><table>
    <thead><tr><th>labeler</th><th>calls for</th><th>found</th><th>because</th></tr></thead>
    <tbody>
    <tr><td>ana, bo</td><td>refuse</td><td>weapons · high</td><td>it | names &lt;b&gt;</td></tr>
    <tr><td>cy</td><td>comply (or refuse)</td><td>no harm</td><td>gap: satire?</td></tr>
    </tbody>
    </table></div>
    <p>Ruled refuse, majority-upheld by lee: “A joke is no excuse”</p>
    <h3>s2: all say refuse, facets read differently</h3>
    <p>This case is marked sensitive and stays covered; `--uncover` shows it.</p>
    <div class="wide"><table>
    <thead><tr><th>labeler</th><th>calls for</th><th>found</th><th>because</th></tr></thead>
    <tbody>
    <tr><td>ana</td><td>refuse</td><td>intent unclear</td><td></td></tr>
    <tr><td>bo</td><td>refuse</td><td>intent benign</td><td></td></tr>
    <tr><td>cy</td><td>abstains</td><td></td><td>no context</td></tr>
    </tbody>
    </table></div>
    <h2>What was decided</h2>
    <div class="wide"><table>
    <thead><tr><th>case</th><th>ruling</th><th>why they differed</th><th>holding</th><th>by</th></tr></thead>
    <tbody>
    <tr><td>s&lt;1&gt;</td><td>refuse, majority-upheld</td><td>guideline-gap</td><td>A joke is no excuse</td><td>lee</td></tr>
    </tbody>
    </table></div>
    <p>1 case on which they differ waits for a ruling.</p>
    <p>Causes: guideline-gap 1.</p>
    <h2>What changed in the policy since</h2>
    <p>Nothing: worktree says what 012345678 said when the round was opened.</p>
    </body>
    </html>
    "#);
}

#[test]
fn what_is_covered_is_shown_when_asked_for() {
    let found = found(splits());
    let mut report = report(&found, &[]);
    for covered in [text(&report, Paint::PLAIN), markdown(&report), html(&report)] {
        assert!(!covered.contains("hidden words") && !covered.contains("x.example"), "{covered}");
    }
    report.uncover = true;
    for shown in [text(&report, Paint::PLAIN), markdown(&report), html(&report)] {
        assert!(shown.contains("hidden words") && shown.contains("x.example"), "{shown}");
    }
}

#[test]
fn what_is_not_known_or_not_there_is_said() {
    let mut found = found(Vec::new());
    found.round = Round { policy: None, overlap: 1, ..round() };
    found.standing = RoundStanding { labelers: Vec::new(), exits: Vec::new(), at_close: false };
    found.figures.clear();
    let mut report = report(&found, &[]);
    report.changes = Err("the round names no commit");
    let said = text(&report, Paint::PLAIN);
    for words in [
        "Nobody was asked.",
        "Nothing was measured.",
        "Nowhere: on 31 cases that two labelers or more read, all say the same.",
        "There was nothing to decide.",
        "Not known: the round names no commit.",
    ] {
        assert!(said.contains(words), "{words:?} is missing from\n{said}");
    }
    found.compared = 0;
    assert!(text(&self::report(&found, &[]), Paint::PLAIN).contains("No case was read by two labelers"));
}
