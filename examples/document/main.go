// Command document puts a file into a document of ThreatConnect and fetches it again. Both ways
// are streams: a file of any size needs little memory.
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	tc "github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

func main() {
	server := flag.String("server", tc.DefaultServer, "`URL` of the API")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: document [flags] file")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	c, err := tc.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server),
		client.MaxBody(4<<30)) // of a download; the default is 256 MiB
	if err != nil {
		log.Fatal(err)
	}
	id, err := up(context.Background(), c, flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	if err := down(context.Background(), c, id); err != nil {
		log.Fatal(err)
	}
}

func up(ctx context.Context, c *tc.Client, file string) (id string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	name := filepath.Base(file)
	made, err := c.CreateGroup(ctx, nil, tc.GroupInput{Type: tc.GroupTypeDocument, Name: name, FileName: &name})
	if err != nil {
		return "", err
	}
	id = strconv.FormatInt(*made.Data.ID, 10)
	sum := sha256.New()
	_, err = c.UploadGroupFile(ctx, id, nil, io.TeeReader(f, sum))
	fmt.Printf("up   %x\n", sum.Sum(nil))
	return id, err
}

func down(ctx context.Context, c *tc.Client, id string) error {
	body, err := c.DownloadGroupFile(ctx, id, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, body) // a body that was cut is an error here
	if err != nil {
		return err
	}
	fmt.Printf("down %x, %d bytes\n", sum.Sum(nil), n)
	return nil
}
