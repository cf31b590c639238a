// Package deptest holds the shape of the project as tests: which package may
// import which (table.go), how long files and functions may grow, that packages
// keep no mutable state, that every dependency has a reason.
//
// A rule is a function from the parsed tree to complaints, each a sentence that
// begins with file and line and says what to do. The tests run every rule on the
// project's own tree, and on small made-up trees that break it.
//
// The files are parsed rather than asked of "go list", so that the rules also see
// files of other operating systems.
package deptest
