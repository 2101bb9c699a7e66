// Verifies a log folder with Go's own sumdb/note and sumdb/tlog, which share no code with ours.
//
// usage: verify DIR, where DIR holds
//
//	vkey              the log's verifier key
//	checkpoint.old    an earlier checkpoint
//	checkpoint        the current one
//	consistency       hashes of the proof from the earlier to the current, one base64 line each
//	proofs/N          the .tlog-proof of entry N
//	tile/...          the tiles and entry bundles
//
// It prints "verified <entries>" and ends with 0, or says what does not hold and ends with 1.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	entries, err := verify(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("verified %d\n", entries)
}

func verify(dir string) (int64, error) {
	vkey, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return 0, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return 0, fmt.Errorf("vkey: %w", err)
	}
	file := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			panic(err)
		}
		return data
	}
	old, err := checkpoint(file("checkpoint.old"), verifier)
	if err != nil {
		return 0, fmt.Errorf("checkpoint.old: %w", err)
	}
	tree, err := checkpoint(file("checkpoint"), verifier)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	consistency, err := hashes(string(file("consistency")))
	if err != nil {
		return 0, err
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return 0, fmt.Errorf("consistency: %w", err)
	}
	leaves := make([]tlog.Hash, 0, tree.N)
	for first := int64(0); first < tree.N; first += 256 {
		bundle := file(resource("tile/entries/", first/256, tree.N-first))
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, tlog.RecordHash(bundle[2:2+length]))
			bundle = bundle[2+length:]
		}
	}
	if int64(len(leaves)) != tree.N {
		return 0, fmt.Errorf("%d entries in the bundles of a tree of %d", len(leaves), tree.N)
	}
	// The reader authenticates every tile against the root before it hands a hash out.
	reader := tlog.TileHashReader(*tree, tiles{file})
	for i, leaf := range leaves {
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		if err != nil {
			return 0, fmt.Errorf("tiles: %w", err)
		}
		if stored[0] != leaf {
			return 0, fmt.Errorf("entry %d does not hash to its leaf", i)
		}
	}
	proofs, err := os.ReadDir(filepath.Join(dir, "proofs"))
	if err != nil {
		return 0, err
	}
	for _, entry := range proofs {
		n, err := strconv.ParseInt(entry.Name(), 10, 64)
		if err != nil {
			return 0, err
		}
		if err := checkProof(file("proofs/"+entry.Name()), n, leaves[n], verifier); err != nil {
			return 0, fmt.Errorf("proof of %d: %w", n, err)
		}
	}
	return tree.N, nil
}

func checkpoint(data []byte, verifier note.Verifier) (*tlog.Tree, error) {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return nil, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	return &tlog.Tree{N: size, Hash: root}, nil
}

func checkProof(data []byte, n int64, leaf tlog.Hash, verifier note.Verifier) error {
	head, rest, _ := bytes.Cut(data, []byte("\n\n"))
	tree, err := checkpoint(rest, verifier)
	if err != nil {
		return err
	}
	lines := strings.SplitN(string(head), "\n", 3)
	if lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", n) {
		return fmt.Errorf("not a proof of entry %d", n)
	}
	path := ""
	if len(lines) == 3 {
		path = lines[2]
	}
	proof, err := hashes(path)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf)
}

func hashes(text string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, line := range strings.Fields(text) {
		var hash tlog.Hash
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || copy(hash[:], raw) != len(hash) {
			return nil, fmt.Errorf("not a hash: %s", line)
		}
		all = append(all, hash)
	}
	return all, nil
}

func resource(prefix string, n, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return prefix + path
}

type tiles struct{ file func(string) []byte }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte)     {}
func (t tiles) ReadTiles(ids []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, id := range ids {
		all = append(all, t.file(resource(fmt.Sprintf("tile/%d/", id.L), id.N, int64(id.W))))
	}
	return all, nil
}
