// Package house holds no code, only tests: they read the tree's own files and
// fail where one breaks a rule of the house, so that nobody has to remember
// them in a review. The rooms and their floors are in floors_test.go; what
// every rule refuses is shown by the examples in house_test.go.
package house
