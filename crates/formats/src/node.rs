//! Data with the places where it stands, for as long as it is being read.

use crate::value::{Key, Value};

/// A piece of data at its place. Lines and columns begin at 1.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) tag: Option<Box<str>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

impl Node {
    /// The data alone.
    pub(crate) fn into_value(self) -> Value {
        let value = match self.data {
            Data::Scalar(value) => value,
            Data::List(items) => Value::List(items.into_iter().map(Self::into_value).collect()),
            Data::Map(entries) => Value::Map(entries.into_iter().map(|(key, node)| (key, node.into_value())).collect()),
        };
        match self.tag {
            Some(tag) => Value::Tagged(tag.into(), Box::new(value)),
            None => value,
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self.data {
            Data::Scalar(Value::Null) => "nothing",
            Data::Scalar(_) => "a single value",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    pub(crate) const fn is_null(&self) -> bool {
        matches!(self.data, Data::Scalar(Value::Null))
    }
}
