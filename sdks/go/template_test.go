package sdk

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheTemplateIsAPipeline lays the template out as `gaia init pipeline` does, with a copy of the SDK beside it, and
// builds it as the original Gaia does.
func TestTheTemplateIsAPipeline(t *testing.T) {
	if _, err := os.Stat("template"); err != nil {
		t.Skip("this copy of the SDK has no template")
	}
	folder := t.TempDir()
	copyFolder(t, "template", folder)
	copyFolder(t, ".", filepath.Join(folder, "gaia-sdk"))
	for _, words := range [][]string{
		{"go", "vet", "./..."},
		{"go", "test", "./..."},
		{"go", "build", "-o", "pipeline_golang"},
		{"./pipeline_golang", "run", "--arg", "limit_mb=0"},
	} {
		command := exec.Command(words[0], words[1:]...)
		command.Dir = folder
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, output)
		}
	}
}

// copyFolder copies a module, without those in folders of it.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if entry.IsDir() {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != from {
				return fs.SkipDir
			}
			return os.MkdirAll(target, 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
