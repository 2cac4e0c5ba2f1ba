//! Anchors of headings, as GitHub makes them.
