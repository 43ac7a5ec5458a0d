//! The YAML form: groups with `hosts`, `vars` and `children`, each a mapping.

use super::{ALL, Inventory};
use crate::{
    entry::Report,
    error::Place,
    node::{Data, Node},
    value::{Key, Value},
    yaml,
};

pub(super) fn read(inventory: &mut Inventory, report: &mut Report, text: &str) {
    let roots = match yaml::documents(&report.name, text) {
        Ok(roots) => roots,
        Err(error) => {
            report.tell(error);
            return;
        }
    };
    for root in roots {
        let at = place(report, &root);
        match root.data {
            Data::Map(groups) => {
                for (key, node) in groups {
                    group(inventory, report, &key.text, node, None);
                }
            }
            Data::Scalar(Value::Null) => {}
            _ => report.error(at, "", "groups are expected, each with `hosts`, `vars` or `children`"),
        }
    }
}

fn place(report: &Report, node: &Node) -> Place {
    report.name.at(node.line as usize, node.column as usize)
}

fn group(inventory: &mut Inventory, report: &mut Report, name: &str, node: Node, parent: Option<usize>) {
    let at = place(report, &node);
    let Some(index) = inventory.group(report, name, &at) else { return };
    if let Some(parent) = parent {
        inventory.child(parent, index);
    }
    let Some(entries) = mapping(report, name, node) else { return };
    for (key, node) in entries {
        if report.is_full() {
            return;
        }
        match key.text.as_str() {
            "hosts" => hosts(inventory, report, index, node),
            "vars" => {
                for (key, node) in mapping(report, "vars", node).unwrap_or_default() {
                    if let Some(group) = inventory.groups.get_mut(index) {
                        group.vars.insert(key.text, node.into_value());
                    }
                }
            }
            "children" => {
                // All groups are in this one anyway.
                let parent = (name != ALL).then_some(index);
                for (key, node) in mapping(report, "children", node).unwrap_or_default() {
                    group(inventory, report, &key.text, node, parent);
                }
            }
            other => {
                let text = format!("`{other}` in the group `{name}` is none of hosts, vars, children: it was not read");
                let at = place(report, &node);
                report.note(at, text);
            }
        }
    }
}

fn hosts(inventory: &mut Inventory, report: &mut Report, group: usize, node: Node) {
    // One host may stand there without a mapping around it.
    if let Data::Scalar(Value::Text(name)) = &node.data {
        let at = place(report, &node);
        inventory.host(report, &at, name, group, &[]);
        return;
    }
    for (key, node) in mapping(report, "hosts", node).unwrap_or_default() {
        if report.is_full() {
            return;
        }
        let at = place(report, &node);
        let Some(vars) = mapping(report, &key.text, node) else { continue };
        let vars: Vec<_> = vars.into_iter().map(|(key, node)| (key.text, node.into_value())).collect();
        inventory.host(report, &at, &key.text, group, &vars);
    }
}

/// The entries of a mapping; nothing is an empty one.
fn mapping(report: &mut Report, field: &str, node: Node) -> Option<Vec<(Key, Node)>> {
    let at = place(report, &node);
    let kind = node.kind();
    match node.data {
        Data::Map(entries) => Some(entries),
        Data::Scalar(Value::Null) => Some(Vec::new()),
        _ => {
            report.error(at, field, format!("{kind} stands where a mapping is expected"));
            None
        }
    }
}
