package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// language is a folder beside this file.
type language struct {
	name  string
	tools []string // commands without which it cannot run
	quick []string // the documents that fit CI's time; nil for all
	never string   // a document that its generator cannot make; generators/known.txt has the reason
}

// languages are all of them. Java and Rust compile each document for minutes on two cores.
var languages = []language{
	{name: "typescript", tools: []string{"node", "npm"}},
	{name: "python", tools: []string{"python3"}},
	{name: "java", tools: []string{"java", "mvn"}, quick: []string{"tap", "essentials", "threatconnectv3"}},
	{name: "rust", tools: []string{"cargo", "java", "mvn"}, quick: []string{"tap", "essentials", "threatconnectv3"}, never: "threatconnectv2"},
}

// chosen are the languages of LANGUAGES, all when it is empty.
func chosen(names string) (list []language, unknown []string) {
	if names == "" {
		return languages, nil
	}
	for _, name := range strings.Fields(names) {
		i := slices.IndexFunc(languages, func(l language) bool { return l.name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		list = append(list, languages[i])
	}
	return list, unknown
}

// proves lists which of documents a run is about.
func (l language) proves(documents []string, full bool) []string {
	return slices.DeleteFunc(slices.Clone(documents), func(d string) bool {
		return d == l.never || !full && l.quick != nil && !slices.Contains(l.quick, d)
	})
}

// missing names the tools that this machine does not have, and the folder if there is none.
func (l language) missing(dir string) (list []string) {
	for _, tool := range l.tools {
		if _, err := exec.LookPath(tool); err != nil {
			list = append(list, tool)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, l.name, "run.sh")); err != nil {
		list = append(list, l.name+"/run.sh")
	}
	return list
}
